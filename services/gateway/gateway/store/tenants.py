"""Where the SQL of tenants is."""

from chassis.database import Transaction
from contracts.api.access import Tenant


async def insert(tx: Transaction, key: str, name: str) -> Tenant | None:
    """Add a tenant; None if there is one of that key."""
    row = await tx.fetchrow(
        """
        INSERT INTO tenants (key, name)
        VALUES ($1, $2)
        ON CONFLICT DO NOTHING
        RETURNING key, name, created_at
        """,
        key,
        name,
    )
    return Tenant(**row) if row else None


async def exists(tx: Transaction, key: str) -> bool:
    return bool(await tx.fetchval("SELECT true FROM tenants WHERE key = $1", key))


async def list_(tx: Transaction, *, after: str | None, limit: int) -> list[Tenant]:
    rows = await tx.fetch(
        """
        SELECT key, name, created_at
        FROM tenants
        WHERE $1::text IS NULL OR key > $1
        ORDER BY key
        LIMIT $2
        """,
        after,
        limit,
    )
    return [Tenant(**row) for row in rows]
