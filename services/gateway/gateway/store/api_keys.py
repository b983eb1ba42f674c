"""Where the SQL of API keys is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.access import ApiKey, Role


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to store; of its secret only the hash is known here."""

    name: str
    role: Role
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose key it is, where the key is valid."""

    name: str
    tenant: str
    role: Role


async def insert(tx: Transaction, tenant: str, key: NewKey) -> ApiKey | None:
    """Add a key; None if the same one is there already."""
    row = await tx.fetchrow(
        """
        INSERT INTO api_keys (tenant, name, role, sha256, created_by)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (sha256) DO NOTHING
        RETURNING id::text, tenant, name, role, created_by, created_at, last_used_at, revoked_at
        """,
        tenant,
        key.name,
        key.role,
        key.sha256,
        tx.cause.actor,
    )
    return _key(row) if row else None


async def find_owner(tx: Transaction, sha256: bytes) -> Owner | None:
    """Find whose key has this hash, and note once a minute that it is in use."""
    row = await tx.fetchrow(
        """
        WITH found AS (
            SELECT id, name, tenant, role, last_used_at
            FROM api_keys
            WHERE sha256 = $1 AND revoked_at IS NULL
        ), noted AS (
            UPDATE api_keys
            SET last_used_at = now()
            FROM found
            WHERE api_keys.id = found.id
              AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
        )
        SELECT name, tenant, role
        FROM found
        """,
        sha256,
    )
    return Owner(row["name"], row["tenant"], Role(row["role"])) if row else None


async def any_exists(tx: Transaction) -> bool:
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM api_keys WHERE revoked_at IS NULL)"))


async def list_names(tx: Transaction, roles: Sequence[str]) -> set[str]:
    """Give the names of the tenant's valid keys with one of these roles."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT name
        FROM api_keys
        WHERE tenant = $1 AND role = ANY ($2::text[]) AND revoked_at IS NULL
        """,
        tx.tenant,
        roles,
    )
    return {row[0] for row in rows}


async def list_(tx: Transaction, *, before: str | None, limit: int) -> list[ApiKey]:
    """Give the tenant's keys, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, tenant, name, role, created_by, created_at, last_used_at, revoked_at
        FROM api_keys
        WHERE tenant = $1 AND ($2::uuid IS NULL OR id < $2)
        ORDER BY api_keys.id DESC
        LIMIT $3
        """,
        tx.tenant,
        before,
        limit,
    )
    return [_key(row) for row in rows]


async def find(tx: Transaction, key_id: str) -> ApiKey | None:
    row = await tx.fetchrow(
        """
        SELECT id::text, tenant, name, role, created_by, created_at, last_used_at, revoked_at
        FROM api_keys
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        key_id,
    )
    return _key(row) if row else None


async def revoke(tx: Transaction, key_id: str) -> bytes | None:
    """Revoke a key for good and give its hash."""
    return await tx.fetchval(
        """
        UPDATE api_keys
        SET revoked_at = coalesce(revoked_at, now())
        WHERE tenant = $1 AND id = $2::uuid
        RETURNING sha256
        """,
        tx.tenant,
        key_id,
    )


def _key(row: Any) -> ApiKey:  # noqa: ANN401 (asyncpg ships no types)
    return ApiKey(**row)
