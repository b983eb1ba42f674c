"""Where it is kept, as keyed hashes, what is dropped if it comes again, and what an erasure has found."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.database import Transaction

Grave = tuple[str, bytes]
"""A tenant, and the hash of something that was erased there."""


async def salts(tx: Transaction, tenants: Sequence[str]) -> Mapping[str, bytes]:
    """Give the salts of those tenants that have tombstones."""
    rows = await tx.fetch(
        """
        SELECT erasure_salts.tenant, salt
        FROM erasure_salts
        CROSS JOIN LATERAL (
            SELECT
            FROM tombstones
            WHERE tenant = erasure_salts.tenant AND until > now()
            LIMIT 1
        ) AS standing
        WHERE erasure_salts.tenant = ANY($1::text[])
        """,
        tenants,
    )
    return {row[0]: row[1] for row in rows}


async def among(tx: Transaction, asked: Sequence[Grave]) -> set[Grave]:
    """Say which of these were erased."""
    rows = await tx.fetch(
        """
        SELECT asked.tenant, asked.hash
        FROM unnest($1::text[], $2::bytea[]) AS asked (tenant, hash)
        CROSS JOIN LATERAL (
            SELECT
            FROM tombstones
            WHERE tenant = asked.tenant AND hash = asked.hash AND until > now()
            LIMIT 1
        ) AS found
        """,
        *zip(*asked, strict=True),
    )
    return {(row[0], row[1]) for row in rows}


async def put(tx: Transaction, hashes: Sequence[bytes], until: datetime) -> None:
    """Drop what has these hashes until a time."""
    await tx.execute(
        """
        INSERT INTO tombstones AS known (tenant, hash, until)
        SELECT $1, unnest($2::bytea[]), $3
        ON CONFLICT (tenant, hash) DO UPDATE
        SET until = greatest(known.until, excluded.until)
        """,
        *(tx.tenant, sorted(set(hashes)), until),
    )


async def due(tx: Transaction) -> list[tuple[str, str]]:
    """Give the tenants with tombstones whose time has come, each twice: as whose, and as what."""
    rows = await tx.fetch(
        """
        SELECT erasure_salts.tenant
        FROM erasure_salts
        CROSS JOIN LATERAL (
            SELECT
            FROM tombstones
            WHERE tenant = erasure_salts.tenant AND until <= now()
            LIMIT 1
        ) AS fallen
        LIMIT 100
        """
    )
    return [(row[0], row[0]) for row in rows]


async def clear(tx: Transaction, *, limit: int) -> None:
    """Forget so many of the tenant's tombstones whose time has come."""
    await tx.execute(
        """
        DELETE FROM tombstones
        WHERE ctid = ANY(ARRAY(SELECT ctid FROM tombstones WHERE tenant = $1 AND until <= now() LIMIT $2))
        """,
        *(tx.tenant, limit),
    )


async def note(tx: Transaction, erasure_id: str, kind: str, ids: Sequence[str]) -> None:
    """Note what was found."""
    await tx.execute(
        """
        INSERT INTO erasure_finds (tenant, erasure_id, kind, id)
        SELECT $1, $2::uuid, $3, unnest($4::text[])
        ON CONFLICT DO NOTHING
        """,
        *(tx.tenant, erasure_id, kind, ids),
    )


async def examples(tx: Transaction, erasure_id: str, *, after: str | None, limit: int) -> list[str]:
    """Give the ids of the examples that were found, in order."""
    rows = await tx.fetch(
        """
        SELECT id
        FROM erasure_finds
        WHERE tenant = $1 AND erasure_id = $2::uuid AND kind = 'example' AND ($3::text IS NULL OR id > $3)
        ORDER BY id
        LIMIT $4
        """,
        *(tx.tenant, erasure_id, after, limit),
    )
    return [row[0] for row in rows]


async def count_examples(tx: Transaction, erasure_id: str) -> int:
    """Count the examples that were found."""
    return await tx.fetchval(
        "SELECT count(*) FROM erasure_finds WHERE tenant = $1 AND erasure_id = $2::uuid AND kind = 'example'",
        *(tx.tenant, erasure_id),
    )


async def forget_finds(tx: Transaction, erasure_id: str) -> None:
    """Forget what was found."""
    await tx.execute("DELETE FROM erasure_finds WHERE tenant = $1 AND erasure_id = $2::uuid", *(tx.tenant, erasure_id))
