"""Where the days that inferences and feedback are stored in are made, found and dropped.

Both are partitioned by `stored_at`, a day (UTC) each; a partition is called after its table and its last day.
"""

from datetime import date, datetime
from typing import NamedTuple

from chassis.database import Transaction


class Missing(NamedTuple):
    """A day that a table has no partition for."""

    table: str
    day: date


class Partition(NamedTuple):
    """The rows of a table that were stored from one time up to, but without, another; the first has no beginning."""

    table: str
    name: str
    since: datetime | None
    until: datetime


async def lock(tx: Transaction) -> None:
    """Wait until no other replica makes partitions."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.partitions'))")


async def ready(tx: Transaction) -> bool:
    """Say whether the partitions of today and of tomorrow are there, by their names alone."""
    return await tx.fetchval(
        """
        SELECT bool_and(to_regclass(name || to_char(day AT TIME ZONE 'UTC', '_YYYYMMDD')) IS NOT NULL)
        FROM unnest('{inferences,feedback}'::text[]) AS name,
            unnest(ARRAY[clock_timestamp(), clock_timestamp() + interval '24 hours']) AS day
        """
    )


async def missing(tx: Transaction, ahead: int) -> list[Missing]:
    """Give the days from today on that no partition holds."""
    rows = await tx.fetch(
        """
        SELECT name, day::date
        FROM unnest('{inferences,feedback}'::text[]) AS name,
            date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AS today,
            generate_series(today, today + make_interval(days => $1::integer), interval '1 day') AS day
        WHERE NOT EXISTS (
            SELECT
            FROM pg_inherits
            JOIN pg_class ON pg_class.oid = inhrelid
            CROSS JOIN pg_get_expr(relpartbound, pg_class.oid) AS bounds
            WHERE inhparent = to_regclass(name)
                AND coalesce(substring(bounds FROM $$FROM \\('([^']+)'$$)::timestamptz, '-infinity')
                    <= day AT TIME ZONE 'UTC'
                AND substring(bounds FROM $$TO \\('([^']+)'$$)::timestamptz > day AT TIME ZONE 'UTC'
        )
        ORDER BY day, name
        """,
        ahead,
    )
    return [Missing(*row) for row in rows]


async def make(tx: Transaction, missing: Missing) -> None:
    """Make the partition of a day; who reads and writes goes on meanwhile."""
    await tx.execute("SELECT make_partition($1, $2)", *missing)


async def list_(tx: Transaction, *, before: datetime | None = None) -> list[Partition]:
    """Give the partitions that end at some time at the latest, oldest first."""
    rows = await tx.fetch(
        """
        SELECT parent.relname::text, child.relname::text,
            substring(bounds FROM $$FROM \\('([^']+)'$$)::timestamptz,
            substring(bounds FROM $$TO \\('([^']+)'$$)::timestamptz AS until
        FROM pg_class AS parent
        JOIN pg_inherits ON inhparent = parent.oid
        JOIN pg_class AS child ON child.oid = inhrelid
        CROSS JOIN pg_get_expr(child.relpartbound, child.oid) AS bounds
        WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'
            AND ($1::timestamptz IS NULL OR substring(bounds FROM $$TO \\('([^']+)'$$)::timestamptz <= $1)
        ORDER BY until, parent.relname
        """,
        before,
    )
    return [Partition(*row) for row in rows]


async def drop(tx: Transaction, name: str) -> None:
    """Drop a partition; everybody waits until that is done, but for half a second at most, else it fails."""
    await tx.execute("SELECT set_config('lock_timeout', '500ms', true), drop_partition($1)", name)
