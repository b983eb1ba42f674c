"""Where sums by hour are added to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction


class Hour(NamedTuple):
    """One hour of one version of a task; the version is '' where it is unknown."""

    tenant: str
    task: str
    version_id: str
    hour: datetime


@dataclass(slots=True)
class Totals:
    """What is counted of an hour, in the order of the columns; sums are whole numbers, so that order cannot matter."""

    inferences: int = 0
    errors: int = 0
    confidences: int = 0
    confidence_micro: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    costs: int = 0
    cost_nano_usd: int = 0
    feedback: int = 0
    positive: int = 0
    negative: int = 0
    judged: int = 0
    judged_right: int = 0
    conversations: int = 0
    successes: int = 0
    success_nano: int = 0

    def columns(self) -> tuple[int, ...]:
        """Give the numbers in the order of the columns."""
        return (
            self.inferences, self.errors, self.confidences, self.confidence_micro, self.tokens_in, self.tokens_out,
            self.costs, self.cost_nano_usd, self.feedback, self.positive, self.negative, self.judged, self.judged_right,
            self.conversations, self.successes, self.success_nano,
        )  # fmt: skip


@dataclass(slots=True)
class Sums:
    """What a batch adds to the hours."""

    totals: dict[Hour, Totals] = field(default_factory=dict[Hour, Totals])
    latencies: dict[tuple[Hour, int], int] = field(default_factory=dict[tuple[Hour, int], int])
    confusion: dict[tuple[Hour, str, str], int] = field(default_factory=dict[tuple[Hour, str, str], int])
    labels: dict[tuple[Hour, str, str], int] = field(default_factory=dict[tuple[Hour, str, str], int])
    opinions: dict[tuple[Hour, str, str, str], int] = field(default_factory=dict[tuple[Hour, str, str, str], int])


async def add(tx: Transaction, sums: Sums) -> None:
    """Add a batch to the hours."""
    if sums.totals:
        await _add_totals(tx, sums.totals)
    if sums.latencies:
        await _add_latencies(tx, sums.latencies)
    if sums.confusion:
        await _add_confusion(tx, sums.confusion)
    if sums.labels:
        await _add_labels(tx, sums.labels)
    if sums.opinions:
        await _add_opinions(tx, sums.opinions)


async def _add_totals(tx: Transaction, totals: Mapping[Hour, Totals]) -> None:
    await tx.execute(
        """
        INSERT INTO metric_hours AS known (
            tenant, task, version_id, hour, inferences, errors, confidences, confidence_micro, tokens_in, tokens_out,
            costs, cost_nano_usd, feedback, positive, negative, judged, judged_right, conversations, successes,
            success_nano
        )
        SELECT * FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::numeric[], $13::bigint[], $14::bigint[],
            $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[]
        )
        ON CONFLICT (tenant, task, version_id, hour) DO UPDATE
        SET inferences = known.inferences + excluded.inferences, errors = known.errors + excluded.errors,
            conversations = known.conversations + excluded.conversations, feedback = known.feedback + excluded.feedback,
            confidence_micro = known.confidence_micro + excluded.confidence_micro, costs = known.costs + excluded.costs,
            confidences = known.confidences + excluded.confidences, tokens_out = known.tokens_out + excluded.tokens_out,
            judged_right = known.judged_right + excluded.judged_right, tokens_in = known.tokens_in + excluded.tokens_in,
            cost_nano_usd = known.cost_nano_usd + excluded.cost_nano_usd, positive = known.positive + excluded.positive,
            success_nano = known.success_nano + excluded.success_nano, successes = known.successes + excluded.successes,
            negative = known.negative + excluded.negative, judged = known.judged + excluded.judged
        """,
        *zip(*((*hour, *totals[hour].columns()) for hour in sorted(totals)), strict=True),
    )


async def _add_latencies(tx: Transaction, counts: Mapping[tuple[Hour, int], int]) -> None:
    await tx.execute(
        """
        INSERT INTO latency_hours AS known (tenant, task, version_id, hour, bucket, count)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[], $6::bigint[])
        ON CONFLICT (tenant, task, version_id, hour, bucket) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *zip(*((*key[0], key[1], counts[key]) for key in sorted(counts)), strict=True),
    )


async def _add_confusion(tx: Transaction, counts: Mapping[tuple[Hour, str, str], int]) -> None:
    await tx.execute(
        """
        INSERT INTO confusion_hours AS known (tenant, task, version_id, hour, predicted, actual, count)
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[])
        ON CONFLICT (tenant, task, version_id, hour, predicted, actual) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *zip(*((*key[0], *key[1:], counts[key]) for key in sorted(counts)), strict=True),
    )


async def _add_labels(tx: Transaction, counts: Mapping[tuple[Hour, str, str], int]) -> None:
    await tx.execute(
        """
        INSERT INTO label_hours AS known (tenant, task, version_id, hour, kind, label, count)
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[])
        ON CONFLICT (tenant, task, version_id, hour, kind, label) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *zip(*((*key[0], *key[1:], counts[key]) for key in sorted(counts)), strict=True),
    )


async def _add_opinions(tx: Transaction, counts: Mapping[tuple[Hour, str, str, str], int]) -> None:
    await tx.execute(
        """
        INSERT INTO opinion_hours AS known (tenant, task, version_id, hour, operation, source, verdict, count)
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::bigint[]
        )
        ON CONFLICT (tenant, task, version_id, hour, operation, source, verdict) DO UPDATE
        SET count = known.count + excluded.count
        """,
        *zip(*((*key[0], *key[1:], counts[key]) for key in sorted(counts)), strict=True),
    )
