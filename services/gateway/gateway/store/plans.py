"""Where the SQL of plans is."""

from typing import Any

from chassis.database import Transaction
from contracts.api.plan import NewPlan, Plan


async def insert(tx: Transaction, new: NewPlan) -> bool:
    """Add a plan; say whether there was none of that key."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO plans (key, name, ai_training_enabled, max_tasks, max_users, max_keys, requests_per_s,
                               created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING
            RETURNING true
            """,
            new.key,
            new.name or new.key,
            *_limits(new),
            tx.cause.actor,
        )
    )


async def find(tx: Transaction, key: str) -> Plan | None:
    row = await tx.fetchrow(
        """
        SELECT key, name, ai_training_enabled, max_tasks, max_users, max_keys, requests_per_s, revision, created_at,
               created_by, (SELECT count(*) FROM tenants WHERE tenants.plan = plans.key) AS tenants
        FROM plans
        WHERE key = $1
        """,
        key,
    )
    return _plan(row) if row else None


async def list_(tx: Transaction, *, after: str | None, limit: int) -> list[Plan]:
    rows = await tx.fetch(
        """
        SELECT key, name, ai_training_enabled, max_tasks, max_users, max_keys, requests_per_s, revision, created_at,
               created_by, (SELECT count(*) FROM tenants WHERE tenants.plan = plans.key) AS tenants
        FROM plans
        WHERE $1::text IS NULL OR key > $1
        ORDER BY key
        LIMIT $2
        """,
        after,
        limit,
    )
    return [_plan(row) for row in rows]


async def lock(tx: Transaction, key: str) -> bool:
    """Let nobody else change or choose a plan before the transaction ends; say whether there is one of that key."""
    return bool(await tx.fetchval("SELECT true FROM plans WHERE key = $1 FOR UPDATE", key))


async def hold(tx: Transaction, key: str) -> bool:
    """Let nobody delete a plan before the transaction ends; say whether there is one of that key."""
    return bool(await tx.fetchval("SELECT true FROM plans WHERE key = $1 FOR KEY SHARE", key))


async def settle(tx: Transaction, plan: Plan) -> None:
    """Store a plan as it is now, in its next revision."""
    await tx.execute(
        """
        UPDATE plans
        SET name = $2,
            ai_training_enabled = $3,
            max_tasks = $4,
            max_users = $5,
            max_keys = $6,
            requests_per_s = $7,
            revision = revision + 1
        WHERE key = $1
        """,
        plan.key,
        plan.name,
        *_limits(plan),
    )


async def delete(tx: Transaction, key: str) -> None:
    await tx.execute("DELETE FROM plans WHERE key = $1", key)


def _limits(plan: NewPlan | Plan) -> tuple[Any, ...]:
    return plan.ai_training_enabled, plan.max_tasks, plan.max_users, plan.max_keys, plan.requests_per_s


def _plan(row: Any) -> Plan:  # noqa: ANN401 (asyncpg ships no types)
    return Plan(**row)
