"""Where the SQL of API keys is; that of their secrets is in `store.key_secrets`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.access import ApiKey, Right, Role


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to store; of its secret only the hash is known here.

    ``person`` is whoever the key counts as; None: as itself. Keys made by the ``bootstrap`` key count as themselves.
    """

    name: str
    role: Role
    sha256: bytes
    scopes: tuple[Right, ...] | None = None
    expires_at: datetime | None = None
    person: str | None = None
    bootstrap: bool = False


async def insert(tx: Transaction, tenant: str, key: NewKey) -> ApiKey | None:
    """Add a key; None if its secret or its name is there already."""
    row = await tx.fetchrow(
        """
        INSERT INTO api_keys (tenant, name, role, sha256, scopes, expires_at, person, bootstrap, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT DO NOTHING
        RETURNING id::text, tenant, name, role, scopes, created_by, created_at, expires_at, last_used_at, rotated_at,
                  NULL::timestamptz AS previous_until, revoked_at, revision
        """,
        tenant,
        key.name,
        str(key.role),
        key.sha256,
        _written(key.scopes),
        key.expires_at,
        key.person,
        key.bootstrap,
        tx.cause.actor,
    )
    return read(row) if row else None


async def super_admin_exists(tx: Transaction) -> bool:
    """Say whether a valid key of a super admin exists."""
    return bool(
        await tx.fetchval(
            """
            SELECT EXISTS (
                SELECT
                FROM api_keys
                WHERE role = 'super_admin' AND scopes IS NULL AND revoked_at IS NULL
                  AND (expires_at IS NULL OR expires_at > now())
            )
            """
        )
    )


async def list_names(tx: Transaction, roles: Sequence[str]) -> set[str]:
    """Give the names of the tenant's valid keys with one of these roles."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT name
        FROM api_keys
        WHERE tenant = $1 AND role = ANY ($2::text[]) AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > now())
        """,
        tx.tenant,
        roles,
    )
    return {row[0] for row in rows}


async def revoke_expired(tx: Transaction) -> None:
    """Revoke the tenant's keys that have expired, so that their names are free."""
    await tx.execute(
        """
        UPDATE api_keys
        SET revoked_at = expires_at, revision = revision + 1
        WHERE tenant = $1 AND revoked_at IS NULL AND expires_at <= now()
        """,
        tx.tenant,
    )


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[ApiKey]:
    """Give the tenant's keys, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, name, role, scopes, created_by, created_at, expires_at, last_used_at, rotated_at,
               (SELECT max(until) FROM former_secrets WHERE key_id = api_keys.id AND until > now()) AS previous_until,
               revoked_at, revision
        FROM api_keys
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY api_keys.id DESC
        LIMIT $3
        """,
        tx.tenant,
        before,
        limit,
    )
    return [read(row) for row in rows]


async def find(tx: Transaction, key_id: str) -> ApiKey | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, role, scopes, created_by, created_at, expires_at, last_used_at, rotated_at,
               (SELECT max(until) FROM former_secrets WHERE key_id = api_keys.id AND until > now()) AS previous_until,
               revoked_at, revision
        FROM api_keys
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        key_id,
    )
    return read(row) if row else None


async def lock(tx: Transaction, key_id: str) -> None:
    """Let nobody else change a key before the transaction ends."""
    await tx.execute("SELECT id FROM api_keys WHERE tenant = $1 AND id = $2::uuid FOR UPDATE", tx.tenant, key_id)


async def settle(tx: Transaction, key: ApiKey) -> None:
    """Store a key as it is now, in its next revision."""
    await tx.execute(
        """
        UPDATE api_keys
        SET name = $3,
            role = $4,
            scopes = $5,
            expires_at = $6,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        key.id,
        key.name,
        str(key.role),
        _written(key.scopes),
        key.expires_at,
    )


async def revoke(tx: Transaction, key_id: str) -> None:
    """Revoke a key for good."""
    await tx.execute(
        """
        UPDATE api_keys
        SET revoked_at = now(), revision = revision + 1
        WHERE tenant = $1 AND id = $2::uuid AND revoked_at IS NULL
        """,
        tx.tenant,
        key_id,
    )


def _written(scopes: tuple[Right, ...] | None) -> list[str] | None:
    return None if scopes is None else [str(right) for right in scopes]


def read(row: Any) -> ApiKey:  # noqa: ANN401 (asyncpg ships no types)
    """Read a row of the columns that a key has."""
    return ApiKey(**row)
