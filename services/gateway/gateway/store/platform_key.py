"""Where the SQL of the platform's own key is."""

from chassis.database import Transaction


async def ensure(tx: Transaction, fresh: bytes) -> None:
    """Keep a key unless there is one."""
    await tx.execute("INSERT INTO platform_key (key) VALUES ($1) ON CONFLICT DO NOTHING", fresh)


async def read(tx: Transaction) -> bytes:
    return await tx.fetchval("SELECT key FROM platform_key")
