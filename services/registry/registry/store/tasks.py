"""Where the SQL of tasks is."""

from chassis.database import Transaction
from contracts.api.task import NewTask, Task


async def insert(tx: Transaction, new: NewTask) -> Task | None:
    """Add a task; None if there is one of that key."""
    row = await tx.fetchrow(
        """
        INSERT INTO tasks (tenant, key, kind, name, description, parameters, auto_approve_quality, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        RETURNING key, kind, name, description, parameters, auto_approve_quality, created_at, created_by
        """,
        tx.tenant,
        new.key,
        new.kind,
        new.name,
        new.description,
        new.parameters,
        new.auto_approve_quality,
        tx.cause.actor,
    )
    return Task(**row) if row else None


async def find(tx: Transaction, key: str) -> Task | None:
    row = await tx.fetchrow(
        """
        SELECT key, kind, name, description, parameters, auto_approve_quality, created_at, created_by
        FROM tasks
        WHERE tenant = $1 AND key = $2
        """,
        tx.tenant,
        key,
    )
    return Task(**row) if row else None


async def list_(tx: Transaction, *, after: str | None, limit: int) -> list[Task]:
    rows = await tx.fetch(
        """
        SELECT key, kind, name, description, parameters, auto_approve_quality, created_at, created_by
        FROM tasks
        WHERE tenant = $1 AND ($2::text IS NULL OR key > $2)
        ORDER BY key
        LIMIT $3
        """,
        tx.tenant,
        after,
        limit,
    )
    return [Task(**row) for row in rows]
