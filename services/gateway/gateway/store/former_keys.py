"""Where the SQL is by which keys that are no longer valid, and secrets that keys had before, are forgotten."""

from chassis.database import Transaction


async def forget_keys(tx: Transaction, *, days: int, limit: int) -> int:
    """Forget keys that were revoked or expired so many days ago, but those of the bootstrap key; give how many.

    A value of the bootstrap key that was revoked stays known, so that it does not come back.
    """
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT id
            FROM api_keys
            WHERE least(revoked_at, expires_at) < now() - make_interval(days => $1) AND NOT bootstrap
            ORDER BY least(revoked_at, expires_at)
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM api_keys
            WHERE id IN (SELECT id FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        days,
        limit,
    )


async def forget_secrets(tx: Transaction, *, limit: int) -> int:
    """Forget secrets that keys had before; not of the bootstrap key, whose former values never come back.

    Gives how many.
    """
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT former_secrets.sha256
            FROM former_secrets
            JOIN api_keys ON id = key_id
            WHERE until < now() - interval '1 day' AND NOT bootstrap
            ORDER BY until
            LIMIT $1
            FOR UPDATE OF former_secrets SKIP LOCKED
        ), gone AS (
            DELETE FROM former_secrets
            WHERE sha256 IN (SELECT sha256 FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        limit,
    )
