"""Where answers that are stored already are read for what counts in a phase, with the opinions about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store import claims, days, opinions
from feedback.store.days import Day
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion


class Answer(NamedTuple):
    """What counts of an inference."""

    tenant: str
    id: str
    task: str
    version_id: str | None
    unit: str | None
    failed: bool
    confidence: float | None
    latency_ms: float | None
    cost_usd: float | None
    occurred_at: datetime


class Stretch(NamedTuple):
    """A stretch of time of a task, from a moment up to, but without, another."""

    tenant: str
    task: str
    since: datetime
    until: datetime | None


class Places(NamedTuple):
    """From which place to which the rows of a stretch are that were stored on a day; others lie between them."""

    first: int
    last: int
    day: Day


def of(row: NewRow) -> Answer:
    """Give what counts of a new inference."""
    failed = row.error is not None
    facts = (row.confidence, row.latency_ms, row.cost_usd, row.occurred_at)
    return Answer(row.tenant, row.id, row.task, row.version_id, row.unit, failed, *facts)


async def find(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[Answer]:
    """Give answers by tenant and id."""
    found = await claims.find_inferences(tx, ids)
    if not found:
        return []
    rows = await tx.fetch(
        """
        SELECT about.*
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS wanted (tenant, place, stored_at)
        CROSS JOIN LATERAL (
            SELECT tenant, id, task, version_id, unit, error IS NOT NULL, confidence, latency_ms, cost_usd, occurred_at
            FROM inferences
            WHERE tenant = wanted.tenant AND place = wanted.place AND stored_at = wanted.stored_at
                AND stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            LIMIT 1
        ) AS about
        """,
        *claims.columns(found),
    )
    return [Answer(*row) for row in rows]


async def places(tx: Transaction, stretch: Stretch) -> list[Places]:
    """Say where the rows of a stretch of time are, day by day."""
    found = [await _places(tx, stretch, day) for day in await days.of_time(tx, *stretch)]
    return [each for each in found if each]


async def of_stretch(tx: Transaction, stretch: Stretch, between: Places) -> list[Answer]:
    """Give the answers of a stretch of time in some places."""
    rows = await tx.fetch(
        """
        SELECT tenant, id, task, version_id, unit, error IS NOT NULL, confidence, latency_ms, cost_usd, occurred_at
        FROM inferences
        WHERE tenant = $1 AND task = $2 AND occurred_at >= $3 AND ($4::timestamptz IS NULL OR occurred_at < $4)
            AND place BETWEEN $5 AND $6 AND stored_at >= $7 AND stored_at < $8
        """,
        *(*stretch, between.first, between.last, *between.day),
    )
    return [Answer(*row) for row in rows]


async def opinions_about(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[Opinion]:
    """Give the opinions that are attached to inferences."""
    return [each for each in await opinions.about(tx, ids) if each.attached]


async def _places(tx: Transaction, stretch: Stretch, day: Day) -> Places | None:
    """Say where the rows of a stretch are among those that were stored on a day, if there are any.

    They are counted as well, lest Postgres look for the lowest and the highest place alone: it would walk along all
    rows of the task until it meets one of that time.
    """
    row = await tx.fetchrow(
        """
        SELECT count(*), min(place), max(place)
        FROM inferences
        WHERE tenant = $1 AND task = $2 AND occurred_at >= $3 AND ($4::timestamptz IS NULL OR occurred_at < $4)
            AND stored_at >= $5 AND stored_at < $6
        """,
        *(*stretch, *day),
    )
    return Places(row[1], row[2], day) if row and row[0] else None
