"""Where it is read back from sums how answers and opinions are spread: over labels, latencies, operations, outcomes."""

from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.measures import Span


class LabelTotals(NamedTuple):
    """The totals of one label."""

    label: str
    inferences: int
    errors: int
    confidences: int
    confidence_micro: int
    judged: int
    judged_right: int
    positive: int
    negative: int
    corrected: int


class OpinionTotals(NamedTuple):
    """The totals of the opinions about a version of one operation, source and verdict."""

    version_id: str
    operation: str
    source: str
    verdict: str
    opinions: int
    used_told: int
    used: int
    helpful_told: int
    helpful: int
    scores: int
    score_nano: int


async def histograms(tx: Transaction, span: Span) -> list[tuple[str, str, int, int]]:
    """Give version, measure (``latency`` or ``confidence``), bucket and count."""
    rows = await tx.fetch(
        """
        SELECT version_id, measure, bucket, sum(count)::bigint
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM histogram_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY version_id, measure, bucket
        """,
        *(tx.tenant, *span.terms()),
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def confusion(tx: Transaction, span: Span) -> list[tuple[str, str, str, int]]:
    """Give version, predicted label, right label and count."""
    rows = await tx.fetch(
        """
        SELECT version_id, predicted, actual, sum(count)::bigint
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM confusion_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY version_id, predicted, actual
        HAVING sum(count) <> 0
        """,
        *(tx.tenant, *span.terms()),
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def labels(tx: Transaction, span: Span, *, most: int) -> list[LabelTotals]:
    """Give the labels that were predicted or right most often."""
    rows = await tx.fetch(
        """
        SELECT label, sum(inferences)::bigint, sum(errors)::bigint, sum(confidences)::bigint,
            sum(confidence_micro)::bigint, sum(judged)::bigint, sum(judged_right)::bigint, sum(positive)::bigint,
            sum(negative)::bigint, sum(corrected)::bigint
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM label_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY label
        HAVING sum(inferences) + sum(judged) + sum(corrected) > 0
        ORDER BY sum(inferences) + sum(corrected) DESC, label
        LIMIT $7
        """,
        *(tx.tenant, *span.terms(), most),
    )
    return [LabelTotals(*row) for row in rows]


async def opinions(tx: Transaction, span: Span) -> list[OpinionTotals]:
    """Give the opinions about each version, by operation, source and verdict ('' is none)."""
    rows = await tx.fetch(
        """
        SELECT version_id, operation, source, verdict, sum(count)::bigint, sum(used_told)::bigint, sum(used)::bigint,
            sum(helpful_told)::bigint, sum(helpful)::bigint, sum(scores)::bigint, sum(score_nano)::bigint
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM opinion_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY version_id, operation, source, verdict
        HAVING sum(count) <> 0
        ORDER BY version_id, operation, source, verdict
        """,
        *(tx.tenant, *span.terms()),
    )
    return [OpinionTotals(*row) for row in rows]


async def outcomes(tx: Transaction, span: Span, *, most: int) -> list[tuple[str, str, int, int]]:
    """Give version, name of the outcome, count and total in thousand-millionths; the most frequent first."""
    rows = await tx.fetch(
        """
        SELECT version_id, metric, sum(count)::bigint, sum(total_nano)
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM outcome_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY version_id, metric
        HAVING sum(count) <> 0
        ORDER BY sum(count) DESC, metric, version_id
        LIMIT $7
        """,
        *(tx.tenant, *span.terms(), most),
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in rows]
