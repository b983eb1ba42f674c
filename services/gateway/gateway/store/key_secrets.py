"""Where the SQL of the secrets of API keys is; only their hashes are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.access import Right, Role


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is, where the key is valid; ``until`` is when it stops being so.

    ``scopes`` are None for a key with all rights of its role. ``person`` tells people apart, whichever key they use.
    """

    id: str
    name: str
    tenant: str
    role: Role
    scopes: frozenset[Right] | None
    person: str
    until: datetime | None


async def find_owner(tx: Transaction, sha256: bytes) -> Owner | None:
    """Find whose secret has this hash, now or until shortly."""
    row = await tx.fetchrow(
        """
        WITH shown AS (
            SELECT id AS key_id, person AS known_by, NULL::timestamptz AS until
            FROM api_keys
            WHERE sha256 = $1
            UNION ALL
            SELECT key_id, person, until
            FROM former_secrets
            WHERE sha256 = $1 AND until > now()
        )
        SELECT id::text, name, tenant, role, scopes, least(shown.until, expires_at) AS until,
               coalesce(known_by, CASE WHEN bootstrap THEN 'bootstrap:' ELSE 'key:' END || id) AS person
        FROM shown
        JOIN api_keys ON id = key_id
        WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        """,
        sha256,
    )
    return _owner(row) if row else None


async def note_use(tx: Transaction, key_id: str) -> None:
    """Note once a minute that a key is in use."""
    await tx.execute(
        """
        UPDATE api_keys
        SET last_used_at = now()
        WHERE id = $1::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
        """,
        key_id,
    )


async def is_known(tx: Transaction, sha256: bytes) -> bool:
    """Say whether a key has this secret, or had it once."""
    return bool(
        await tx.fetchval(
            """
            SELECT EXISTS (SELECT FROM api_keys WHERE sha256 = $1)
                OR EXISTS (SELECT FROM former_secrets WHERE sha256 = $1)
            """,
            sha256,
        )
    )


async def retire(tx: Transaction, key_id: str, *, grace_minutes: int) -> None:
    """Note the present secret of a key as one that it had before, valid for some minutes more, for who knows it."""
    await tx.execute(
        """
        INSERT INTO former_secrets (sha256, tenant, key_id, person, until)
        SELECT sha256, tenant, id, person, now() + make_interval(mins => $3)
        FROM api_keys
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        key_id,
        grace_minutes,
    )


async def shorten(tx: Transaction, key_id: str, *, grace_minutes: int) -> None:
    """Let all secrets that a key had before end in some minutes at the latest."""
    await tx.execute(
        """
        UPDATE former_secrets
        SET until = least(until, now() + make_interval(mins => $3))
        WHERE tenant = $1 AND key_id = $2::uuid AND until > now()
        """,
        tx.tenant,
        key_id,
        grace_minutes,
    )


async def renew(tx: Transaction, key_id: str, sha256: bytes, person: str | None) -> None:
    """Give a key its next secret; it counts as whoever knows it, unless None, which changes nothing."""
    await tx.execute(
        """
        UPDATE api_keys
        SET sha256 = $3,
            person = CASE WHEN bootstrap THEN NULL ELSE coalesce($4, person) END,
            rotated_at = now(),
            revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        key_id,
        sha256,
        person,
    )


def _owner(row: Any) -> Owner:  # noqa: ANN401 (asyncpg ships no types)
    given = row["scopes"]
    scopes = None if given is None else frozenset(right for right in Right if right in given)
    return Owner(row["id"], row["name"], row["tenant"], Role(row["role"]), scopes, row["person"], row["until"])
