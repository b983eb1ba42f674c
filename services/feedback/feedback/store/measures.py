"""Where sums are read back: by version, over time, and in all that makes their shape. Raw rows are never touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from chassis.database import Transaction
from feedback.store.sums import Piece


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked about: a task or all, one version of it or all, and the stretches of time that cover it.

    The version '' is unknown.
    """

    task: str | None
    version_id: str | None
    pieces: Sequence[Piece]

    def terms(self) -> tuple[Any, ...]:
        """Give the parameters $2 to $6 of every question."""
        grains, begins, ends = (list(column) for column in zip(*self.pieces, strict=True)) if self.pieces else ([],) * 3
        return self.task, self.version_id, grains, begins, ends


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
    parked: int


class Point(NamedTuple):
    """The totals of one stretch of time, and of one version where they are given apart."""

    at: datetime
    version_id: str
    inferences: int
    errors: int
    feedback: int
    judged: int
    judged_right: int
    positive: int
    negative: int
    costs: int
    cost_nano_usd: int
    tokens_in: int
    tokens_out: int
    successes: int
    success_nano: int


async def hold_still(tx: Transaction) -> None:
    """Let all that this transaction reads be of one moment and come by indexes; it must not have read anything yet.

    The planner cannot tell how many rows the stretches have that are asked about. It would read a whole table for an
    hour, go through all rows of a task (hence the OFFSET 0 of the questions), or sort what is better hashed.
    """
    await tx.execute(
        """
        SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
        SET LOCAL plan_cache_mode = force_custom_plan;
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_bitmapscan = off;
        SET LOCAL enable_sort = off
        """
    )


async def by_version(tx: Transaction, span: Span) -> list[VersionTotals]:
    """Give the totals of each version."""
    rows = await tx.fetch(
        """
        SELECT version_id, sum(inferences), sum(errors), sum(confidences), sum(confidence_micro), sum(tokens_in),
            sum(tokens_out), sum(costs), sum(cost_nano_usd), sum(feedback), sum(positive), sum(negative), sum(judged),
            sum(judged_right), sum(conversations), sum(successes), sum(success_nano), sum(parked)
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM metric_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY version_id
        HAVING sum(inferences) <> 0 OR sum(feedback) <> 0
        ORDER BY version_id
        """,
        *(tx.tenant, *span.terms()),
    )
    return [VersionTotals(row[0], *map(int, row[1:])) for row in rows]


async def first_month(tx: Transaction, task: str | None) -> datetime | None:
    """Give the month in which anything was first counted."""
    return await tx.fetchval(
        """
        SELECT min(at)
        FROM metric_sums
        WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND grain = 'month'
        """,
        *(tx.tenant, task),
    )


async def over_time(tx: Transaction, span: Span, *, step: str, most: int) -> list[Point]:
    """Give the totals of each minute, hour, day or month in order; where there are too many, the last ones."""
    rows = await tx.fetch(
        """
        SELECT date_trunc($7, at, 'UTC') AS step, '', sum(inferences), sum(errors), sum(feedback), sum(judged),
            sum(judged_right), sum(positive), sum(negative), sum(costs), sum(cost_nano_usd), sum(tokens_in),
            sum(tokens_out), sum(successes), sum(success_nano)
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT *
            FROM metric_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= piece.since AND at < piece.until
            OFFSET 0
        ) AS sums
        GROUP BY step
        HAVING sum(inferences) <> 0 OR sum(feedback) <> 0
        ORDER BY step DESC
        LIMIT $8
        """,
        *(tx.tenant, *span.terms(), step, most),
    )
    return [Point(row[0], row[1], *map(int, row[2:])) for row in reversed(rows)]


async def rows(
    tx: Transaction, span: Span, *, step: str, after: tuple[datetime, str] | None, limit: int
) -> list[Point]:
    """Give the totals of each version in each minute, hour, day or month, in order, after a time and a version."""
    rows = await tx.fetch(
        """
        SELECT date_trunc($7, at, 'UTC') AS step, version_id, sum(inferences), sum(errors), sum(feedback), sum(judged),
            sum(judged_right), sum(positive), sum(negative), sum(costs), sum(cost_nano_usd), sum(tokens_in),
            sum(tokens_out), sum(successes), sum(success_nano)
        FROM unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) AS piece (grain, since, until)
        CROSS JOIN LATERAL (
            SELECT * FROM metric_sums AS sums
            WHERE tenant = $1 AND ($2::text IS NULL OR task = $2) AND ($3::text IS NULL OR version_id = $3)
                AND sums.grain = piece.grain AND at >= greatest(piece.since, $8) AND at < piece.until
            OFFSET 0
        ) AS sums
        WHERE ($8::timestamptz IS NULL OR (date_trunc($7, at, 'UTC'), version_id) > ($8, $9::text))
        GROUP BY step, version_id
        HAVING sum(inferences) <> 0 OR sum(feedback) <> 0
        ORDER BY step, version_id
        LIMIT $10
        """,
        *(tx.tenant, *span.terms(), step, *(after or (None, None)), limit),
    )
    return [Point(row[0], row[1], *map(int, row[2:])) for row in rows]


async def judged_since(tx: Transaction, tenant: str, task: str, version_id: str, since: datetime) -> tuple[int, int]:
    """Give how many answers of a version were judged, and right, since the hour of a time: its day by hours."""
    row = await tx.fetchrow(
        """
        SELECT coalesce(sum(judged), 0)::bigint, coalesce(sum(judged_right), 0)::bigint
        FROM metric_sums
        WHERE tenant = $1 AND task = $2 AND version_id = $3
            AND (
                (
                    grain = 'hour' AND at >= date_trunc('hour', $4::timestamptz, 'UTC')
                    AND at < date_trunc('day', $4::timestamptz, 'UTC') + interval '24 hours'
                )
                OR (grain = 'day' AND at >= date_trunc('day', $4::timestamptz, 'UTC') + interval '24 hours')
            )
        """,
        *(tenant, task, version_id, since),
    )
    return (row[0], row[1]) if row else (0, 0)
