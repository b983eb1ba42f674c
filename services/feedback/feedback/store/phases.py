"""Where the phases that the registry opens and closes are kept, with what of them was said."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chassis.database import Transaction
from contracts.events.phases import PhaseOpened


class PhaseKey(NamedTuple):
    """A phase of a tenant."""

    tenant: str
    id: str


class Phase(NamedTuple):
    """How units are divided, and when; ``until`` is None while it is open."""

    tenant: str
    id: str
    task: str
    salt: str
    segments: Sequence[dict[str, Any]]
    versions: Sequence[str]
    since: datetime
    until: datetime | None

    @property
    def key(self) -> PhaseKey:
        """Give what it is found by."""
        return PhaseKey(self.tenant, self.id)


class Span(NamedTuple):
    """From when to when something of a task happened."""

    tenant: str
    task: str
    first: datetime
    last: datetime


class Outside(NamedTuple):
    """Answers that count for no unit."""

    strayed: int
    unitless: int


class Reported(NamedTuple):
    """A phase that is about to be reported: what was counted until now, and which number that gets."""

    task: str
    versions: tuple[str, ...]
    changed: int
    number: int
    strayed: int
    unitless: int


async def open_(tx: Transaction, opened: PhaseOpened) -> Phase | None:
    """Keep a phase, unless it was opened before; it may be closed already."""
    row = await tx.fetchrow(
        """
        INSERT INTO phases AS known (tenant, id, task, salt, segments, versions, since, changed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
        ON CONFLICT (tenant, id) DO UPDATE
        SET task = excluded.task, salt = excluded.salt, segments = excluded.segments, versions = excluded.versions,
            since = excluded.since, changed = known.changed + 1
        WHERE known.since = 'infinity'
        RETURNING tenant, id, task, salt, segments, versions, since, nullif(until, 'infinity')
        """,
        *(tx.tenant, opened.phase_id, opened.task, opened.salt, [each.model_dump() for each in opened.segments]),
        *(opened.versions, opened.since),
    )
    return Phase(*row) if row else None


async def find(tx: Transaction, phase_id: str) -> Phase | None:
    """Give a phase that was opened."""
    row = await tx.fetchrow(
        """
        SELECT tenant, id, task, salt, segments, versions, since, nullif(until, 'infinity')
        FROM phases
        WHERE tenant = $1 AND id = $2 AND since <> 'infinity'
        """,
        *(tx.tenant, phase_id),
    )
    return Phase(*row) if row else None


async def close(tx: Transaction, phase_id: str, task: str, until: datetime) -> None:
    """Note the end of a phase; of several the first."""
    await tx.execute(
        """
        INSERT INTO phases AS known (tenant, id, task, until)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, id) DO UPDATE
        SET until = least(known.until, excluded.until)
        """,
        *(tx.tenant, phase_id, task, until),
    )


async def tasks_with_any(tx: Transaction, tasks: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Say which tasks, by tenant and key, ever had a phase."""
    rows = await tx.fetch(
        """
        SELECT asked.tenant, asked.task
        FROM unnest($1::text[], $2::text[]) AS asked (tenant, task)
        WHERE EXISTS (SELECT FROM phases WHERE tenant = asked.tenant AND task = asked.task)
        """,
        *zip(*tasks, strict=True),
    )
    return {(row[0], row[1]) for row in rows}


async def during(tx: Transaction, spans: Sequence[Span]) -> list[Phase]:
    """Give the phases of the time in which something happened."""
    rows = await tx.fetch(
        """
        SELECT phases.tenant, phases.id, phases.task, phases.salt, phases.segments, phases.versions, phases.since,
            nullif(phases.until, 'infinity')
        FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS span (tenant, task, first, last)
        JOIN phases ON phases.tenant = span.tenant AND phases.task = span.task AND phases.since <= span.last
            AND phases.until > span.first
        """,
        *zip(*spans, strict=True),
    )
    return [Phase(*row) for row in rows]


async def change(tx: Transaction, outside: Mapping[PhaseKey, Outside]) -> None:
    """Note that something was counted in phases, and what counts for no unit."""
    await tx.execute(
        """
        UPDATE phases
        SET strayed = phases.strayed + added.strayed, unitless = phases.unitless + added.unitless,
            changed = phases.changed + 1
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS added (tenant, id, strayed, unitless)
        WHERE (phases.tenant, phases.id) = (added.tenant, added.id)
        """,
        *zip(*((*key, *outside[key]) for key in sorted(outside)), strict=True),
    )


async def list_to_report(tx: Transaction) -> list[PhaseKey]:
    """Give the phases of which there is something new to say, those that wait longest first."""
    rows = await tx.fetch(
        """
        SELECT tenant, id
        FROM phases
        WHERE changed > reported AND since <> 'infinity' AND due_at <= clock_timestamp()
        ORDER BY due_at
        LIMIT 100
        """
    )
    return [PhaseKey(*row) for row in rows]


async def claim(tx: Transaction, key: PhaseKey) -> bool:
    """Say whether nobody else is reporting the phase; its row is not locked, because ingest would wait for it.

    Units are summed up on one processor, and hashed, since Postgres would sort a table that it takes for empty on disk.
    """
    return await tx.fetchval(
        """
        SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)), set_config('enable_sort', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true),
            set_config('plan_cache_mode', 'force_custom_plan', true)
        """,
        f"report/{key.tenant}/{key.id}",
    )


async def find_to_report(tx: Transaction, key: PhaseKey) -> Reported | None:
    """Give what a claimed phase is reported with, unless that was done in the meantime."""
    row = await tx.fetchrow(
        """
        SELECT task, versions, changed, number + 1, strayed, unitless
        FROM phases
        WHERE tenant = $1 AND id = $2 AND changed > reported
        """,
        *key,
    )
    return Reported(row[0], tuple(row[1]), *row[2:]) if row else None


async def settle(tx: Transaction, key: PhaseKey, said: Reported, *, pause: timedelta) -> None:
    """Note what was said, and that the next time is after a pause."""
    await tx.execute(
        """
        UPDATE phases
        SET reported = $3, number = $4, due_at = clock_timestamp() + $5::interval
        WHERE tenant = $1 AND id = $2
        """,
        *(*key, said.changed, said.number, pause),
    )
