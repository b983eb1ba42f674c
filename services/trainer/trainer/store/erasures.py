"""Where it is kept how far erasures are among datasets and snapshots."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from chassis.database import Transaction
from chassis.store import take_turns


class Held(NamedTuple):
    """An erasure in this worker's hands, and how far it is."""

    tenant: str
    id: str
    stage: str
    after: str
    stage_since: datetime


class Version(NamedTuple):
    """A version that was made of rows which are gone now, and what is left of its snapshot."""

    version_id: str
    rows: int
    snapshot: str | None


async def insert(tx: Transaction, erasure_id: str) -> None:
    """Note an erasure to work on, after those that were heard of before; twice is as good as once."""
    await take_turns(tx, "erasures")
    await tx.execute(
        """
        INSERT INTO erasures (tenant, id, heard_at)
        VALUES ($1, $2::uuid, clock_timestamp())
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, erasure_id),
    )


async def claim(tx: Transaction, seconds: float) -> Held | None:
    """Take the oldest erasure of some tenant if nobody works on it: two would bring back one another's rows."""
    row = await tx.fetchrow(
        """
        UPDATE erasures
        SET lease_until = now() + make_interval(secs => $1)
        WHERE (tenant, id) = (
            SELECT tenant, id
            FROM erasures AS first
            WHERE stage <> 'done' AND lease_until < now()
              AND NOT EXISTS (
                  SELECT FROM erasures
                  WHERE tenant = first.tenant AND stage <> 'done' AND (heard_at, id) < (first.heard_at, first.id)
              )
            ORDER BY heard_at
            LIMIT 1
            FOR UPDATE OF first SKIP LOCKED
        )
        RETURNING tenant, id::text, stage, after, stage_since
        """,
        seconds,
    )
    return Held(*row) if row else None


async def move(tx: Transaction, held: Held, stage: str, after: str, seconds: float) -> Held | None:
    """Note how far it is, and keep it for so long; None if somebody else has gone on with it meanwhile."""
    row = await tx.fetchrow(
        """
        UPDATE erasures
        SET stage = $3, after = $4, lease_until = now() + make_interval(secs => $5),
            stage_since = CASE WHEN stage = $3 THEN stage_since ELSE now() END
        WHERE tenant = $1 AND id = $2::uuid AND stage = $6 AND after = $7
        RETURNING tenant, id::text, stage, after, stage_since
        """,
        *(tx.tenant, held.id, stage, after, seconds, held.stage, held.after),
    )
    return Held(*row) if row else None


async def is_awaited(tx: Transaction, since: datetime) -> bool:
    """Say whether a job is under way that began before a time, or an upload is being read that came before it."""
    return await tx.fetchval(
        """
        SELECT EXISTS (
            SELECT
            FROM jobs
            WHERE tenant = $1 AND status IN ('running', 'cancelling') AND coalesce(started_at, queued_at) <= $2
        ) OR EXISTS (
            SELECT FROM datasets WHERE tenant = $1 AND status = 'reading' AND created_at <= $2
        )
        """,
        *(tx.tenant, since),
    )


async def note(tx: Transaction, erasure_id: str, old: str, new: str, counts: tuple[int, int]) -> None:
    """Note that a snapshot was written anew: how many rows are left of it, and how many were erased."""
    await tx.execute(
        """
        INSERT INTO erased_snapshots (tenant, erasure_id, old_sha256, new_sha256, rows, erased)
        VALUES ($1, $2::uuid, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, erasure_id, old, new, *counts),
    )


async def list_old(tx: Transaction, erasure_id: str) -> list[str]:
    """Give the hashes of the snapshots that were written anew."""
    rows = await tx.fetch(
        "SELECT old_sha256 FROM erased_snapshots WHERE tenant = $1 AND erasure_id = $2::uuid ORDER BY old_sha256",
        *(tx.tenant, erasure_id),
    )
    return [row[0] for row in rows]


async def count(tx: Transaction, erasure_id: str) -> dict[str, int]:
    """Count what was erased here."""
    row = await tx.fetchrow(
        """
        SELECT count(*) AS snapshots, coalesce(sum(erased), 0)::bigint AS snapshot_rows,
            (SELECT count(*) FROM teachers WHERE tenant = $1 AND erased_by = $2::uuid) AS lessons
        FROM erased_snapshots
        WHERE tenant = $1 AND erasure_id = $2::uuid
        """,
        *(tx.tenant, erasure_id),
    )
    return dict(row) if row else {}


async def forget_teachers(tx: Transaction, erasure_id: str, example_ids: Sequence[str]) -> None:
    """Keep of examples only that they taught: no longer from which opinion and inference they were."""
    await tx.execute(
        """
        UPDATE teachers
        SET erased_by = $2::uuid, feedback_key = NULL, inference_id = NULL
        WHERE tenant = $1 AND example_id = ANY($3::text[])
        """,
        *(tx.tenant, erasure_id, example_ids),
    )


async def list_versions(tx: Transaction, erasure_id: str) -> list[Version]:
    """Give the versions that were made of what was erased."""
    rows = await tx.fetch(
        """
        SELECT jobs.version_id::text, greatest(taught.count, coalesce(lost.erased, 0)), jobs.snapshot ->> 'sha256'
        FROM jobs
        LEFT JOIN LATERAL (
            SELECT max(erased) AS erased
            FROM erased_snapshots
            WHERE tenant = $1 AND erasure_id = $2::uuid AND jobs.snapshot -> 'erased_from' ? old_sha256
        ) AS lost ON true
        LEFT JOIN LATERAL (
            SELECT count(*) AS count FROM teachers WHERE tenant = $1 AND job_id = jobs.id AND erased_by = $2::uuid
        ) AS taught ON true
        WHERE jobs.tenant = $1 AND jobs.version_id IS NOT NULL AND (taught.count > 0 OR lost.erased > 0)
        ORDER BY jobs.version_id
        """,
        *(tx.tenant, erasure_id),
    )
    return [Version(*row) for row in rows]
