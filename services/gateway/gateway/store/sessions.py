"""Where the SQL of sessions is."""

from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.access import Role
from contracts.api.session import LoginMethod, Session
from gateway.store.key_secrets import Owner


@dataclass(frozen=True, slots=True)
class NewRow:
    """A session to store; of its secret only the hash is known here."""

    tenant: str
    user_id: str
    sha256: bytes
    method: LoginMethod
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class OfUser:
    """Whose session it is, where it is valid: as the owner of a key, whose ``id`` is that of the session.

    ``is_due`` says that its use was not noted for a minute.
    """

    owner: Owner
    user_id: str
    is_due: bool


async def insert(tx: Transaction, row: NewRow, *, idle_hours: float, longest_hours: float) -> Session:
    """Add a session that ends after so many hours without a request, and after so many in all."""
    made = await tx.fetchrow(
        """
        INSERT INTO sessions (tenant, user_id, sha256, method, address, user_agent, idle, expires_at)
        VALUES ($1, $2::uuid, $3, $4, $5, $6, $7 * interval '1 hour', now() + $8 * interval '1 hour')
        RETURNING id::text, tenant, user_id::text, method, address, user_agent, created_at, last_used_at, expires_at
        """,
        row.tenant,
        row.user_id,
        row.sha256,
        str(row.method),
        row.address,
        row.user_agent,
        idle_hours,
        longest_hours,
    )
    return Session(**dict(made or {}))


async def find_owner(tx: Transaction, sha256: bytes) -> OfUser | None:
    """Find whose session this is, if it is valid."""
    row = await tx.fetchrow(
        """
        SELECT sessions.id::text, sessions.tenant, user_id::text, users.name, users.role, expires_at,
               last_used_at < now() - interval '1 minute' AS is_due
        FROM sessions
        JOIN users ON users.tenant = sessions.tenant AND users.id = user_id
        WHERE sha256 = $1 AND ended_at IS NULL AND active AND expires_at > now() AND last_used_at + idle > now()
        """,
        sha256,
    )
    if row is None:
        return None
    person = f"user:{row['user_id']}"
    owner = Owner(row["id"], row["name"], row["tenant"], Role(row["role"]), None, person, row["expires_at"])
    return OfUser(owner, row["user_id"], row["is_due"])


async def note_use(tx: Transaction, session_id: str) -> None:
    """Note that a session is in use, and its user about; users are locked before their sessions everywhere."""
    await tx.execute(
        """
        WITH about AS (
            UPDATE users
            SET last_seen_at = now()
            FROM sessions
            WHERE sessions.id = $1::uuid AND users.tenant = sessions.tenant AND users.id = user_id
            RETURNING sessions.id
        )
        UPDATE sessions
        SET last_used_at = now()
        FROM about
        WHERE sessions.id = about.id
        """,
        session_id,
    )


async def list_(tx: Transaction, user_id: str, *, before: str | None, limit: int) -> list[Session]:
    """Give the sessions of somebody that have not ended, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, user_id::text, method, address, user_agent, created_at, last_used_at, expires_at
        FROM sessions
        WHERE tenant = $1 AND user_id = $2::uuid AND ended_at IS NULL AND expires_at > now()
          AND last_used_at + idle > now() AND ($3::uuid IS NULL OR id < $3)
        ORDER BY sessions.id DESC
        LIMIT $4
        """,
        tx.tenant,
        user_id,
        before,
        limit,
    )
    return [_session(row) for row in rows]


async def end(tx: Transaction, tenant: str, user_id: str, session_id: str) -> bool:
    """End one session of somebody; false if there is none of that id."""
    row = await tx.fetchrow(
        """
        UPDATE sessions
        SET ended_at = coalesce(ended_at, now())
        WHERE tenant = $1 AND user_id = $2::uuid AND id = $3::uuid
        RETURNING id
        """,
        tenant,
        user_id,
        session_id,
    )
    return row is not None


async def end_all(tx: Transaction, tenant: str, user_id: str, *, besides: str | None = None) -> None:
    """End all sessions of somebody, but perhaps one."""
    await tx.execute(
        """
        UPDATE sessions
        SET ended_at = now()
        WHERE tenant = $1 AND user_id = $2::uuid AND ended_at IS NULL AND ($3::uuid IS NULL OR id <> $3)
        """,
        tenant,
        user_id,
        besides,
    )


async def delete_all(tx: Transaction, tenant: str, user_id: str) -> None:
    """Forget from where somebody ever came."""
    await tx.execute("DELETE FROM sessions WHERE tenant = $1 AND user_id = $2::uuid", tenant, user_id)


async def end_idlest(tx: Transaction, tenant: str, user_id: str, *, most: int) -> None:
    """End those sessions of somebody that were used longest ago, so that no more than ``most`` go on."""
    await tx.execute(
        """
        UPDATE sessions
        SET ended_at = now()
        WHERE id IN (
            SELECT id
            FROM sessions
            WHERE tenant = $1 AND user_id = $2::uuid AND ended_at IS NULL AND expires_at > now()
              AND last_used_at + idle > now()
            ORDER BY last_used_at DESC, id DESC
            OFFSET $3
        )
        """,
        tenant,
        user_id,
        most,
    )


async def forget_old(tx: Transaction, *, limit: int) -> int:
    """Forget from where people came whose sessions ended a day ago; give how many sessions."""
    return await tx.fetchval(
        """
        WITH old AS (
            SELECT id
            FROM sessions
            WHERE least(ended_at, expires_at) < now() - interval '1 day'
            ORDER BY least(ended_at, expires_at)
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM sessions
            WHERE id IN (SELECT id FROM old)
            RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        limit,
    )


def _session(row: Any) -> Session:  # noqa: ANN401 (asyncpg ships no types)
    return Session(**row)
