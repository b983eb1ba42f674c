"""Where the SQL of the keys is that count as somebody: those they made, or gave a secret last."""

from typing import NamedTuple

from chassis.database import Transaction
from contracts.api.access import ApiKey, Role
from gateway.store import api_keys


class Revoked(NamedTuple):
    """A key that was revoked just now."""

    id: str
    role: Role


async def list_(tx: Transaction, person: str, *, before: str | None, limit: int) -> list[ApiKey]:
    """Give the valid keys of the tenant that count as a person, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, name, role, scopes, created_by, created_at, expires_at, last_used_at, rotated_at,
               (SELECT max(until) FROM former_secrets WHERE key_id = api_keys.id AND until > now()) AS previous_until,
               revoked_at, revision
        FROM api_keys
        WHERE tenant = $1 AND person = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
          AND ($3::uuid IS NULL OR id < $3)
        ORDER BY api_keys.id DESC
        LIMIT $4
        """,
        *(tx.tenant, person, before, limit),
    )
    return [api_keys.read(row) for row in rows]


async def revoke(tx: Transaction, person: str) -> list[Revoked]:
    """Revoke the valid keys of the tenant that count as a person, for good, and what they know of those of others.

    Keys come before their secrets, as where a key is rotated.
    """
    rows = await tx.fetch(
        """
        UPDATE api_keys
        SET revoked_at = now(), revision = revision + 1
        WHERE tenant = $1 AND person = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        RETURNING id::text, role
        """,
        tx.tenant,
        person,
    )
    await tx.execute(
        """
        UPDATE former_secrets
        SET until = now()
        WHERE tenant = $1 AND person = $2 AND until > now()
        """,
        tx.tenant,
        person,
    )
    return [Revoked(row["id"], Role(row["role"])) for row in rows]
