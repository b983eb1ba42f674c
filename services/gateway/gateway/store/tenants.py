"""Where the SQL of tenants is."""

from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.plan import Entitlements
from contracts.api.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a tenant is switched on, and what its plan includes."""

    active: bool
    entitlements: Entitlements


async def insert(tx: Transaction, key: str, name: str, plan: str) -> Tenant | None:
    """Add a tenant; None if there is one of that key."""
    row = await tx.fetchrow(
        """
        INSERT INTO tenants (key, name, plan)
        VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        RETURNING key, name, plan, deactivated_at, revision, created_at
        """,
        key,
        name,
        plan,
    )
    return _tenant(row) if row else None


async def find(tx: Transaction, key: str) -> Tenant | None:
    row = await tx.fetchrow(
        """
        SELECT key, name, plan, deactivated_at, revision, created_at
        FROM tenants
        WHERE key = $1
        """,
        key,
    )
    return _tenant(row) if row else None


async def lock(tx: Transaction, key: str) -> None:
    """Let nobody else change a tenant, or what its plan counts, before the transaction ends."""
    await tx.execute("SELECT key FROM tenants WHERE key = $1 FOR NO KEY UPDATE", key)


async def find_standing(tx: Transaction, key: str) -> Standing | None:
    row = await tx.fetchrow(
        """
        SELECT tenants.deactivated_at IS NULL AS active, ai_training_enabled, max_tasks, max_users, max_keys,
               requests_per_s
        FROM tenants
        JOIN plans ON plans.key = tenants.plan
        WHERE tenants.key = $1
        """,
        key,
    )
    return Standing(row["active"], Entitlements(**row)) if row else None


async def list_(tx: Transaction, *, after: str | None, limit: int) -> list[Tenant]:
    rows = await tx.fetch(
        """
        SELECT key, name, plan, deactivated_at, revision, created_at
        FROM tenants
        WHERE $1::text IS NULL OR key > $1
        ORDER BY key
        LIMIT $2
        """,
        after,
        limit,
    )
    return [_tenant(row) for row in rows]


async def list_barred(tx: Transaction) -> list[str]:
    """Give the tenants in which nothing may be trained: they are switched off, or their plan does not include it."""
    rows = await tx.fetch(
        """
        SELECT tenants.key
        FROM tenants
        JOIN plans ON plans.key = tenants.plan
        WHERE tenants.deactivated_at IS NOT NULL OR NOT plans.ai_training_enabled
        """
    )
    return [row["key"] for row in rows]


async def list_keys_of_plan(tx: Transaction, plan: str) -> list[str]:
    rows = await tx.fetch("SELECT key FROM tenants WHERE plan = $1 ORDER BY key", plan)
    return [row["key"] for row in rows]


async def count_used(tx: Transaction) -> tuple[int, int]:
    """Count the keys of the tenant that were not revoked, and its users that were not deleted."""
    row = await tx.fetchrow(
        """
        SELECT (SELECT count(*) FROM api_keys WHERE tenant = $1 AND revoked_at IS NULL),
               (SELECT count(*) FROM users WHERE tenant = $1 AND deleted_at IS NULL)
        """,
        tx.tenant,
    )
    return (row[0], row[1]) if row else (0, 0)


async def settle(tx: Transaction, tenant: Tenant) -> None:
    """Store a tenant as it is now, in its next revision; when it was switched off first is kept."""
    await tx.execute(
        """
        UPDATE tenants
        SET name = $2,
            plan = $3,
            deactivated_at = CASE WHEN $4 THEN NULL ELSE coalesce(deactivated_at, now()) END,
            revision = revision + 1
        WHERE key = $1
        """,
        tenant.key,
        tenant.name,
        tenant.plan,
        tenant.active,
    )


def _tenant(row: Any) -> Tenant:  # noqa: ANN401 (asyncpg ships no types)
    return Tenant(**row, active=row["deactivated_at"] is None)
