"""Where the SQL of invitations is."""

from datetime import datetime

from chassis.database import Transaction


async def put(tx: Transaction, tenant: str, user_id: str, sha256: bytes, days: float) -> datetime:
    """Invite somebody, for so many days; an earlier invitation is void. Give when it ends."""
    return await tx.fetchval(
        """
        INSERT INTO invitations (tenant, user_id, sha256, created_by, expires_at)
        VALUES ($1, $2::uuid, $3, $4, now() + $5 * interval '1 day')
        ON CONFLICT (user_id) DO UPDATE
        SET sha256 = excluded.sha256, created_by = excluded.created_by, created_at = now(),
            expires_at = excluded.expires_at
        RETURNING expires_at
        """,
        tenant,
        user_id,
        sha256,
        tx.cause.actor,
        days,
    )


async def find_invited(tx: Transaction, sha256: bytes) -> tuple[str, str] | None:
    """Find who is invited: tenant and id of the user."""
    row = await tx.fetchrow(
        "SELECT tenant, user_id::text FROM invitations WHERE sha256 = $1 AND expires_at > now()", sha256
    )
    return (row["tenant"], row["user_id"]) if row else None


async def use(tx: Transaction, sha256: bytes) -> bool:
    """Use an invitation up; false if somebody else did meanwhile."""
    row = await tx.fetchrow(
        "DELETE FROM invitations WHERE sha256 = $1 AND expires_at > now() RETURNING user_id", sha256
    )
    return row is not None


async def withdraw(tx: Transaction, user_id: str) -> None:
    await tx.execute("DELETE FROM invitations WHERE tenant = $1 AND user_id = $2::uuid", tx.tenant, user_id)


async def waits(tx: Transaction, user_id: str) -> bool:
    """Say whether somebody has an invitation that is still valid."""
    return bool(
        await tx.fetchval("SELECT true FROM invitations WHERE user_id = $1::uuid AND expires_at > now()", user_id)
    )


async def forget_old(tx: Transaction, *, limit: int) -> int:
    """Forget invitations that nobody can use any more; give how many."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT user_id
            FROM invitations
            WHERE expires_at < now() - interval '1 day'
            ORDER BY expires_at
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM invitations
            WHERE user_id IN (SELECT user_id FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        limit,
    )
