"""Where the SQL of names is, which users and keys share."""

from chassis.database import Transaction


async def lock(tx: Transaction) -> None:
    """Let nobody else take a name of this tenant before the transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('gateway.names.' || $1, 0))", tx.tenant)


async def list_others(tx: Transaction, besides: str | None) -> list[str]:
    """Give the names of all other users of the tenant, deleted ones too, and of its valid keys."""
    rows = await tx.fetch(
        """
        SELECT name
        FROM users
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id <> $2)
        UNION ALL
        SELECT name
        FROM api_keys
        WHERE tenant = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id <> $2)
        """,
        tx.tenant,
        besides,
    )
    return [row[0] for row in rows]
