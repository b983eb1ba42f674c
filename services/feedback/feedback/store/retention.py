"""Where what is old is forgotten, a bounded number of rows at a time."""

from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from feedback.store.partitions import Partition

_CLAIMS = {
    "inferences": """
        WITH old AS MATERIALIZED (
            SELECT tenant, id AS key, place
            FROM inferences
            WHERE stored_at >= coalesce($1::timestamptz, '-infinity') AND stored_at < $2::timestamptz
                AND (tenant, place) > ($3::text, $4::bigint)
            ORDER BY tenant, place
            LIMIT $5
        ), gone AS (
            DELETE FROM inference_claims AS claims USING old
            WHERE claims.tenant = old.tenant AND claims.id = old.key AND claims.place = old.place
        )
        SELECT tenant, place, count(*) OVER (), pg_current_xact_id()::text
        FROM old
        ORDER BY tenant DESC, place DESC
        LIMIT 1
        """,
    "feedback": """
        WITH old AS MATERIALIZED (
            SELECT tenant, key, place
            FROM feedback
            WHERE stored_at >= coalesce($1::timestamptz, '-infinity') AND stored_at < $2::timestamptz
                AND (tenant, place) > ($3::text, $4::bigint)
            ORDER BY tenant, place
            LIMIT $5
        ), gone AS (
            DELETE FROM feedback_claims AS claims USING old
            WHERE claims.tenant = old.tenant AND claims.key = old.key AND claims.place = old.place
        )
        SELECT tenant, place, count(*) OVER (), pg_current_xact_id()::text
        FROM old
        ORDER BY tenant DESC, place DESC
        LIMIT 1
        """,
}


class Walked(NamedTuple):
    """Up to which row a partition was gone through, how many rows that were, and in which transaction."""

    tenant: str = ""
    place: int = 0
    rows: int = 0
    xid: str = ""


async def lock(tx: Transaction) -> bool:
    """Say whether no other replica forgets; plans are made for the partition at hand."""
    return await tx.fetchval(
        """
        SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.retention')),
            set_config('plan_cache_mode', 'force_custom_plan', true)
        """
    )


async def is_kept(tx: Transaction, walked: Walked) -> bool:
    """Say whether what was forgotten up to a row is so: its transaction may have been lost on the way."""
    return await tx.fetchval("SELECT coalesce(pg_xact_status(nullif($1, '')::xid8) = 'committed', true)", walked.xid)


async def forget_claims(tx: Transaction, partition: Partition, after: Walked, limit: int) -> Walked | None:
    """Forget the ids or keys of the next rows of a partition; None if there are no more."""
    span = (partition.since, partition.until)
    row = await tx.fetchrow(_CLAIMS[partition.table], *span, after.tenant, after.place, limit)
    return Walked(*row) if row else None


async def forget_days(tx: Transaction, table: str, until: datetime) -> None:
    """Forget that anything was stored in a partition that ends then, or before."""
    await tx.execute("DELETE FROM stored_days WHERE noun = $1 AND until <= $2", table, until)


async def list_old_phases(tx: Transaction, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Give phases that ended before a time and of which all is said, and those that are being forgotten."""
    rows = await tx.fetch(
        """
        SELECT tenant, phase_id FROM forgotten_phases
        UNION ALL
        SELECT tenant, id FROM phases WHERE until < $1 AND changed = reported
        LIMIT $2
        """,
        *(before, limit),
    )
    return [(row[0], row[1]) for row in rows]


async def forget_phase(tx: Transaction, phase_id: str, before: datetime) -> bool:
    """Forget a phase, so that nothing is counted or said of it any more, and note that its units are to go.

    Says whether it was there; the caller holds the lock on ingest.
    """
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM phases
            WHERE tenant = $1 AND id = $2 AND until < $3 AND changed = reported
            RETURNING tenant, id
        ), noted AS (
            INSERT INTO forgotten_phases (tenant, phase_id) SELECT tenant, id FROM gone ON CONFLICT DO NOTHING
        )
        SELECT EXISTS (SELECT FROM gone)
        """,
        *(tx.tenant, phase_id, before),
    )


async def forget_units(tx: Transaction, phase_id: str, limit: int) -> int:
    """Forget what came of units of a forgotten phase; give the number of rows."""
    return await tx.fetchval(
        """
        WITH units AS (
            DELETE FROM exposures WHERE ctid = ANY(ARRAY(
                SELECT exposures.ctid FROM exposures JOIN forgotten_phases USING (tenant, phase_id)
                WHERE tenant = $1 AND phase_id = $2 LIMIT $3
            )) RETURNING 1
        ), outcomes AS (
            DELETE FROM exposure_outcomes WHERE ctid = ANY(ARRAY(
                SELECT exposure_outcomes.ctid FROM exposure_outcomes JOIN forgotten_phases USING (tenant, phase_id)
                WHERE tenant = $1 AND phase_id = $2 LIMIT $3
            )) RETURNING 1
        )
        SELECT (SELECT count(*) FROM units) + (SELECT count(*) FROM outcomes)
        """,
        *(tx.tenant, phase_id, limit),
    )


async def settle_phase(tx: Transaction, phase_id: str) -> None:
    """Note that nothing of a forgotten phase is left."""
    await tx.execute("DELETE FROM forgotten_phases WHERE tenant = $1 AND phase_id = $2", tx.tenant, phase_id)


async def has_old_conversations(tx: Transaction, before: datetime) -> bool:
    """Say whether a conversation began before a time."""
    return await tx.fetchval("SELECT EXISTS (SELECT FROM conversations WHERE began_at < $1)", before)


async def forget_conversations(tx: Transaction, before: datetime, limit: int) -> int:
    """Forget when conversations began, of those before a time; give their number."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM conversations
            WHERE ctid = ANY(ARRAY(SELECT ctid FROM conversations WHERE began_at < $1 LIMIT $2)) RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        *(before, limit),
    )
