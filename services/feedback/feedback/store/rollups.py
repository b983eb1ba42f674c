"""Where sums by minute, hour, day and month are added to."""

from collections.abc import Iterable
from typing import Any

from chassis.database import Transaction
from feedback.store.sums import Sums, Table


async def add(tx: Transaction, sums: Sums) -> None:
    """Add a batch to the sums."""
    additions = (
        (sums.totals, _add_totals),
        (sums.histograms, _add_histograms),
        (sums.confusion, _add_confusion),
        (sums.labels, _add_labels),
        (sums.opinions, _add_opinions),
        (sums.outcomes, _add_outcomes),
    )
    for table, add_to in additions:
        if table:
            await add_to(tx, table)


async def _add_totals(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO metric_sums AS known (tenant, task, grain, at, version_id, inferences, errors, confidences,
            confidence_micro, tokens_in, tokens_out, costs, cost_nano_usd, feedback, positive, negative, judged,
            judged_right, conversations, successes, success_nano, parked)
        SELECT * FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::numeric[], $14::bigint[], $15::bigint[],
            $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::numeric[], $22::bigint[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id) DO UPDATE
        SET inferences = known.inferences + excluded.inferences, errors = known.errors + excluded.errors,
            conversations = known.conversations + excluded.conversations, feedback = known.feedback + excluded.feedback,
            confidence_micro = known.confidence_micro + excluded.confidence_micro, costs = known.costs + excluded.costs,
            confidences = known.confidences + excluded.confidences, tokens_out = known.tokens_out + excluded.tokens_out,
            judged_right = known.judged_right + excluded.judged_right, tokens_in = known.tokens_in + excluded.tokens_in,
            cost_nano_usd = known.cost_nano_usd + excluded.cost_nano_usd, positive = known.positive + excluded.positive,
            success_nano = known.success_nano + excluded.success_nano, successes = known.successes + excluded.successes,
            negative = known.negative + excluded.negative, judged = known.judged + excluded.judged,
            parked = known.parked + excluded.parked
        """,
        *_columns(table),
    )


async def _add_histograms(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO histogram_sums AS known (tenant, task, grain, at, version_id, measure, bucket, count)
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::integer[], $8::bigint[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id, measure, bucket) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *_columns(table),
    )


async def _add_confusion(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO confusion_sums AS known (tenant, task, grain, at, version_id, predicted, actual, count)
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bigint[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id, predicted, actual) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *_columns(table),
    )


async def _add_labels(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO label_sums AS known (
            tenant, task, grain, at, version_id, label, inferences, errors, confidences, confidence_micro, judged,
            judged_right, positive, negative, corrected
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id, label) DO UPDATE
        SET inferences = known.inferences + excluded.inferences, errors = known.errors + excluded.errors,
            confidences = known.confidences + excluded.confidences,
            confidence_micro = known.confidence_micro + excluded.confidence_micro,
            judged = known.judged + excluded.judged, judged_right = known.judged_right + excluded.judged_right,
            positive = known.positive + excluded.positive, negative = known.negative + excluded.negative,
            corrected = known.corrected + excluded.corrected
        """,
        *_columns(table),
    )


async def _add_opinions(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO opinion_sums AS known (
            tenant, task, grain, at, version_id, operation, source, verdict, count, used_told, used, helpful_told,
            helpful, scores, score_nano
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id, operation, source, verdict) DO UPDATE
        SET count = known.count + excluded.count,
            used_told = known.used_told + excluded.used_told, used = known.used + excluded.used,
            helpful_told = known.helpful_told + excluded.helpful_told, helpful = known.helpful + excluded.helpful,
            scores = known.scores + excluded.scores, score_nano = known.score_nano + excluded.score_nano
        """,
        *_columns(table),
    )


async def _add_outcomes(tx: Transaction, table: Table) -> None:
    await tx.execute(
        """
        INSERT INTO outcome_sums AS known (tenant, task, grain, at, version_id, metric, count, total_nano)
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::numeric[]
        )
        ON CONFLICT (tenant, task, grain, at, version_id, metric) DO UPDATE
        SET count = known.count + excluded.count, total_nano = known.total_nano + excluded.total_nano
        """,
        *_columns(table),
    )


def _columns(table: Table) -> Iterable[tuple[Any, ...]]:
    return zip(*((*key, *table[key]) for key in sorted(table)), strict=True)
