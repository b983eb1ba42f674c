"""Where it is kept which versions were made of rows that are erased now."""

from collections.abc import Sequence

from chassis.database import Transaction
from contracts.events.erasure import TaintedVersion


async def flag(tx: Transaction, erasure_id: str, versions: Sequence[TaintedVersion]) -> None:
    """Flag versions, whether they are registered yet or not; twice is as good as once."""
    await tx.execute(
        """
        INSERT INTO version_erasures (tenant, version_id, erasure_id, rows, snapshot)
        SELECT $1, version_id, $2::uuid, rows, snapshot
        FROM unnest($3::text[], $4::bigint[], $5::text[]) AS told (version_id, rows, snapshot)
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, erasure_id, [each.version_id for each in versions]),
        *([each.rows for each in versions], [each.snapshot for each in versions]),
    )


async def hear(tx: Transaction, erasure_id: str, part: int) -> int:
    """Note a part of what the trainer says; give how many parts were heard, this one among them."""
    return await tx.fetchval(
        """
        WITH heard AS (
            INSERT INTO erasure_parts (tenant, erasure_id, part)
            VALUES ($1, $2::uuid, $3)
            ON CONFLICT DO NOTHING
        )
        SELECT count(*) + 1
        FROM erasure_parts
        WHERE tenant = $1 AND erasure_id = $2::uuid AND part <> $3
        """,
        *(tx.tenant, erasure_id, part),
    )


async def count(tx: Transaction, erasure_id: str) -> int:
    """Count the versions that an erasure flagged."""
    return await tx.fetchval(
        "SELECT count(*) FROM version_erasures WHERE tenant = $1 AND erasure_id = $2::uuid", *(tx.tenant, erasure_id)
    )


async def lock(tx: Transaction, erasure_id: str) -> None:
    """Wait until no other replica flags versions for an erasure, so that the last part is known to be the last."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{tx.tenant}/erasure/{erasure_id}")
