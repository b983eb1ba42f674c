"""Where sums are read back: by version, over time, and by label. Raw rows are never touched."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked about: a task, one version of it or all, since an hour or ever; the version '' is unknown."""

    task: str
    version_id: str | None
    since: datetime | None


class VersionTotals(NamedTuple):
    """The totals of one version."""

    version_id: str
    inferences: int
    errors: int
    confidences: int
    confidence_micro: int
    tokens_in: int
    tokens_out: int
    costs: int
    cost_nano_usd: int
    feedback: int
    positive: int
    negative: int
    judged: int
    judged_right: int
    conversations: int
    successes: int
    success_nano: int


class Point(NamedTuple):
    """The totals of one stretch of time."""

    at: datetime
    inferences: int
    judged: int
    judged_right: int


async def hold_still(tx: Transaction) -> None:
    """Let all that this transaction reads be of one moment; it must not have read anything yet."""
    await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


async def by_version(tx: Transaction, span: Span) -> list[VersionTotals]:
    """Give the totals of each version."""
    rows = await tx.fetch(
        """
        SELECT version_id, sum(inferences)::bigint, sum(errors)::bigint, sum(confidences)::bigint,
            sum(confidence_micro)::bigint, sum(tokens_in)::bigint, sum(tokens_out)::bigint, sum(costs)::bigint,
            sum(cost_nano_usd), sum(feedback)::bigint, sum(positive)::bigint, sum(negative)::bigint,
            sum(judged)::bigint, sum(judged_right)::bigint, sum(conversations)::bigint, sum(successes)::bigint,
            sum(success_nano)::bigint
        FROM metric_hours
        WHERE tenant = $1
            AND task = $2
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::timestamptz IS NULL OR hour >= $4)
        GROUP BY version_id
        HAVING sum(inferences) <> 0 OR sum(feedback) <> 0
        ORDER BY version_id
        """,
        *(tx.tenant, span.task, span.version_id, span.since),
    )
    return [VersionTotals(row[0], *map(int, row[1:])) for row in rows]


async def over_time(tx: Transaction, span: Span, *, step: str) -> list[Point]:
    """Give the totals of each hour or day, in order; the step is ``hour`` or ``day``."""
    rows = await tx.fetch(
        """
        SELECT date_trunc($5, hour, 'UTC') AS at, sum(inferences)::bigint, sum(judged)::bigint,
            sum(judged_right)::bigint
        FROM metric_hours
        WHERE tenant = $1
            AND task = $2
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::timestamptz IS NULL OR hour >= $4)
        GROUP BY at
        HAVING sum(inferences) <> 0 OR sum(feedback) <> 0
        ORDER BY at
        """,
        *(tx.tenant, span.task, span.version_id, span.since, step),
    )
    return [Point(*row) for row in rows]


async def latencies(tx: Transaction, span: Span) -> list[tuple[str, int, int]]:
    """Give version, bucket and count."""
    rows = await tx.fetch(
        """
        SELECT version_id, bucket, sum(count)::bigint
        FROM latency_hours
        WHERE tenant = $1
            AND task = $2
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::timestamptz IS NULL OR hour >= $4)
        GROUP BY version_id, bucket
        """,
        *(tx.tenant, span.task, span.version_id, span.since),
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def confusion(tx: Transaction, span: Span) -> list[tuple[str, str, str, int]]:
    """Give version, predicted label, right label and count."""
    rows = await tx.fetch(
        """
        SELECT version_id, predicted, actual, sum(count)::bigint
        FROM confusion_hours
        WHERE tenant = $1
            AND task = $2
            AND ($3::text IS NULL OR version_id = $3)
            AND ($4::timestamptz IS NULL OR hour >= $4)
        GROUP BY version_id, predicted, actual
        """,
        *(tx.tenant, span.task, span.version_id, span.since),
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def labels(tx: Transaction, span: Span, *, most: int) -> list[tuple[str, str, int]]:
    """Give kind (``predicted`` or ``corrected``), label and count, the most frequent first."""
    rows = await tx.fetch(
        """
        SELECT kind, label, count
        FROM (
            SELECT kind, label, sum(count)::bigint AS count,
                row_number() OVER (PARTITION BY kind ORDER BY sum(count) DESC, label) AS rank
            FROM label_hours
            WHERE tenant = $1
                AND task = $2
                AND ($3::text IS NULL OR version_id = $3)
                AND ($4::timestamptz IS NULL OR hour >= $4)
            GROUP BY kind, label
            HAVING sum(count) > 0
        ) AS ranked
        WHERE rank <= $5
        ORDER BY kind, rank
        """,
        *(tx.tenant, span.task, span.version_id, span.since, most),
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def opinions(
    tx: Transaction, *, task: str | None, version_id: str | None, since: datetime | None, group_by: str
) -> dict[str, int]:
    """Count opinions by a column of their sums; '' stands for those without a value."""
    rows = await tx.fetch(
        """
        SELECT to_jsonb(hours) ->> $4 AS value, sum(count)::bigint
        FROM opinion_hours AS hours
        WHERE tenant = $1
            AND ($2::text IS NULL OR task = $2)
            AND ($3::text IS NULL OR version_id = $3)
            AND ($5::timestamptz IS NULL OR hour >= $5)
        GROUP BY value
        HAVING sum(count) <> 0
        ORDER BY value
        """,
        *(tx.tenant, task, version_id, group_by, since),
    )
    return {row[0]: row[1] for row in rows}


async def judged_since(tx: Transaction, tenant: str, task: str, version_id: str, since: datetime) -> tuple[int, int]:
    """Give how many answers of a version were judged, and right, since the hour of a time."""
    row = await tx.fetchrow(
        """
        SELECT coalesce(sum(judged), 0)::bigint, coalesce(sum(judged_right), 0)::bigint
        FROM metric_hours
        WHERE tenant = $1 AND task = $2 AND version_id = $3 AND hour >= date_trunc('hour', $4::timestamptz, 'UTC')
        """,
        *(tenant, task, version_id, since),
    )
    return (row[0], row[1]) if row else (0, 0)
