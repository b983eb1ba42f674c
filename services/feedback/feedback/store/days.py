"""Where it is kept on which days something of a task was stored, so that a question looks at these days alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction

INFERENCES = "inferences"
FEEDBACK = "feedback"


class Stored(NamedTuple):
    """What is noted of a row."""

    tenant: str
    task: str
    stored_at: datetime
    place: int
    occurred_at: datetime


class Day(NamedTuple):
    """From when, up to, but without, when rows were stored."""

    since: datetime
    until: datetime


async def note(tx: Transaction, noun: str, stored: Iterable[Stored]) -> None:
    """Note the days of new rows; as only full hours are kept, a row changes at most once an hour."""
    spans = _spans(stored)
    await tx.execute(
        """
        INSERT INTO stored_days AS known (tenant, noun, task, until, since, first_place, first_at, last_at)
        SELECT tenant, $1, task, date_trunc('day', stored_at, 'UTC') + interval '24 hours',
            date_trunc('day', stored_at, 'UTC'), place, date_trunc('hour', first_at, 'UTC'),
            date_trunc('hour', last_at, 'UTC')
        FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
            AS stored (tenant, task, stored_at, place, first_at, last_at)
        ON CONFLICT (tenant, noun, task, until) DO UPDATE
        SET first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)
        WHERE excluded.first_at < known.first_at OR excluded.last_at > known.last_at
        """,
        *(noun, *zip(*((*key, *spans[key]) for key in sorted(spans)), strict=True)),
    )


def _spans(stored: Iterable[Stored]) -> dict[tuple[str, str, datetime], tuple[int, datetime, datetime]]:
    """Give the first place and the first and last occurrence of what was stored at once, by tenant and task."""
    spans: dict[tuple[str, str, datetime], tuple[int, datetime, datetime]] = {}
    for tenant, task, stored_at, place, at in stored:
        known = spans.get((tenant, task, stored_at))
        if known is None:
            spans[tenant, task, stored_at] = (place, at, at)
        elif not known[1] <= at <= known[2] or place < known[0]:
            spans[tenant, task, stored_at] = (min(place, known[0]), min(at, known[1]), max(at, known[2]))
    return spans


async def list_(tx: Transaction, noun: str, task: str | None, before: int | None) -> list[Day]:
    """Give the days with rows of the tenant before a place, newest first."""
    rows = await tx.fetch(
        """
        SELECT min(since), until
        FROM stored_days
        WHERE tenant = $1 AND noun = $2 AND ($3::text IS NULL OR task = $3)
            AND ($4::bigint IS NULL OR first_place < $4)
        GROUP BY until
        ORDER BY until DESC
        """,
        *(tx.tenant, noun, task, before),
    )
    return _apart(Day(*row) for row in rows)


async def of_time(tx: Transaction, tenant: str, task: str, since: datetime, until: datetime | None) -> list[Day]:
    """Give the days on which inferences of a time were stored, newest first."""
    rows = await tx.fetch(
        """
        SELECT since, until
        FROM stored_days
        WHERE tenant = $1 AND noun = 'inferences' AND task = $2 AND last_at + interval '1 hour' > $3
            AND ($4::timestamptz IS NULL OR first_at < $4)
        ORDER BY until DESC
        """,
        *(tenant, task, since, until),
    )
    return _apart(Day(*row) for row in rows)


def _apart(newest_first: Iterable[Day]) -> list[Day]:
    """Let no row be in two days: what was stored before there were days is one, which may reach into others."""
    days: list[Day] = []
    for day in newest_first:
        until = min(day.until, days[-1].since) if days else day.until
        if day.since < until:
            days.append(Day(day.since, until))
    return days
