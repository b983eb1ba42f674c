"""Where transactions begin and end."""

from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
"""A connection, of a pool or not."""


async def begin(connection: Connection, tenant: str, *, within_s: float) -> None:
    """Begin a transaction for a tenant in one round trip; the name was checked, so that it needs no quoting."""
    await connection.execute(f"BEGIN; SET LOCAL ratchet.tenant = '{tenant}'", timeout=within_s)


async def commit(connection: Connection) -> None:
    """Commit."""
    await connection.execute("COMMIT")


async def roll_back(connection: Connection) -> None:
    """Roll back."""
    await connection.execute("ROLLBACK")


async def ping(connection: Connection) -> None:
    """Ask for nothing."""
    await connection.execute("SELECT 1")
