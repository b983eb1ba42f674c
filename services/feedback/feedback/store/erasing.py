"""Where rows are looked for that an erasure is about, a bounded number at a time, and deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.days import Day


class Look(NamedTuple):
    """What was looked through: how many rows, up to which, and which of them are to go, in order."""

    rows: int
    last: str | None
    ids: Sequence[str]
    places: Sequence[int]
    sessions: Sequence[str]


async def next_day(tx: Transaction, noun: str, since: datetime) -> Day | None:
    """Give the first day, from one on, on which rows of the tenant were stored; days are named by their ends."""
    row = await tx.fetchrow(
        """
        SELECT min(since), until
        FROM stored_days
        WHERE tenant = $1 AND noun = $2 AND until >= $3
        GROUP BY until
        ORDER BY until
        LIMIT 1
        """,
        *(tx.tenant, noun, since),
    )
    return Day(*row) if row else None


async def look_at_inferences(tx: Transaction, day: Day, after: int, names: Sequence[str], limit: int) -> Look:
    """Look for inferences of one of the names: as unit, as session or as id."""
    row = await tx.fetchrow(
        """
        WITH looked AS MATERIALIZED (
            SELECT id, place, session,
                id = ANY($5::text[]) OR coalesce(unit = ANY($5), false) OR coalesce(session = ANY($5), false) AS goes
            FROM inferences
            WHERE tenant = $1 AND place > $2 AND stored_at >= $3 AND stored_at < $4
            ORDER BY place
            LIMIT $6
        )
        SELECT count(*), max(place)::text, coalesce(array_agg(id ORDER BY place) FILTER (WHERE goes), '{}'),
            coalesce(array_agg(place ORDER BY place) FILTER (WHERE goes), '{}'),
            coalesce(array_agg(DISTINCT session) FILTER (WHERE goes AND session IS NOT NULL), '{}')
        FROM looked
        """,
        *(tx.tenant, after, day.since, day.until, names, limit),
    )
    return Look(*row) if row else Look(0, None, (), (), ())


async def look_at_feedback(tx: Transaction, day: Day, after: int, erasure_id: str, limit: int) -> Look:
    """Look for opinions given by one of the names, or about an inference that has one or was found."""
    row = await tx.fetchrow(
        """
        WITH named AS MATERIALIZED (
            SELECT names FROM erasures WHERE tenant = $1 AND id = $5::uuid
        ), looked AS MATERIALIZED (
            SELECT key, place, coalesce(by = ANY(names), false) OR key = ANY(names)
                OR coalesce(inference_id = ANY(names), false) OR EXISTS (
                    SELECT FROM erasure_finds
                    WHERE erasure_finds.tenant = $1 AND erasure_id = $5::uuid AND erasure_finds.kind = 'inference'
                        AND erasure_finds.id = inference_id
                ) AS goes
            FROM feedback, named
            WHERE feedback.tenant = $1 AND place > $2 AND stored_at >= $3 AND stored_at < $4
            ORDER BY place
            LIMIT $6
        )
        SELECT count(*), max(place)::text, coalesce(array_agg(key ORDER BY place) FILTER (WHERE goes), '{}'),
            coalesce(array_agg(place ORDER BY place) FILTER (WHERE goes), '{}'), '{}'::text[]
        FROM looked
        """,
        *(tx.tenant, after, day.since, day.until, erasure_id, limit),
    )
    return Look(*row) if row else Look(0, None, (), (), ())


async def look_at_examples(tx: Transaction, after: str | None, erasure_id: str, limit: int) -> Look:
    """Look for examples made of an inference or an opinion that was found, or submitted by one of the names."""
    row = await tx.fetchrow(
        """
        WITH named AS MATERIALIZED (
            SELECT names FROM erasures WHERE tenant = $1 AND id = $3::uuid
        ), looked AS MATERIALIZED (
            SELECT id, submitted_by = ANY(names) OR coalesce(inference_id = ANY(names), false) OR EXISTS (
                SELECT FROM erasure_finds
                WHERE erasure_finds.tenant = $1 AND erasure_id = $3::uuid
                    AND (erasure_finds.kind, erasure_finds.id)
                        IN (('inference', inference_id), ('feedback', feedback_key))
            ) AS goes
            FROM examples, named
            WHERE examples.tenant = $1 AND ($2::uuid IS NULL OR id > $2)
            ORDER BY id
            LIMIT $4
        )
        SELECT count(*), (array_agg(id::text ORDER BY id DESC))[1],
            coalesce(array_agg(id::text ORDER BY id) FILTER (WHERE goes), '{}'), '{}'::bigint[], '{}'::text[]
        FROM looked
        """,
        *(tx.tenant, after, erasure_id, limit),
    )
    return Look(*row) if row else Look(0, None, (), (), ())


async def delete_inferences(tx: Transaction, day: Day, found: Look) -> None:
    """Delete inferences, and the claims of their ids."""
    await tx.execute(
        """
        WITH gone AS (
            DELETE FROM inferences
            WHERE tenant = $1 AND place = ANY($2::bigint[]) AND stored_at >= $3 AND stored_at < $4
        )
        DELETE FROM inference_claims
        WHERE tenant = $1 AND id = ANY($5::text[])
        """,
        *(tx.tenant, found.places, day.since, day.until, found.ids),
    )


async def delete_feedback(tx: Transaction, day: Day, found: Look) -> None:
    """Delete opinions, and the claims of their keys."""
    await tx.execute(
        """
        WITH gone AS (
            DELETE FROM feedback
            WHERE tenant = $1 AND place = ANY($2::bigint[]) AND stored_at >= $3 AND stored_at < $4
        )
        DELETE FROM feedback_claims
        WHERE tenant = $1 AND key = ANY($5::text[])
        """,
        *(tx.tenant, found.places, day.since, day.until, found.ids),
    )


async def delete_examples(tx: Transaction, ids: Sequence[str]) -> None:
    """Delete examples, and with them their reviews."""
    await tx.execute("DELETE FROM examples WHERE tenant = $1 AND id = ANY($2::uuid[])", *(tx.tenant, ids))
