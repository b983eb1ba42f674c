"""Where the SQL of tasks is."""

from typing import Any

from chassis.database import Transaction
from contracts.api.task import NewTask, Task


async def insert(tx: Transaction, new: NewTask) -> bool:
    """Add a task; say whether there was none of that key, deleted ones among them."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO tasks (tenant, key, kind, name, description, parameters, auto_approve_quality, approvals,
                               minimum_gain, block_on_slice_regression, keep_versions, release, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT DO NOTHING
            RETURNING true
            """,
            tx.tenant,
            new.key,
            new.kind,
            *_settings(new),
            tx.cause.actor,
        )
    )


async def lock(tx: Transaction) -> None:
    """Let nobody else count the tenant's tasks before the transaction ends."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('registry.tasks.' || $1, 0))", tx.tenant)


async def count(tx: Transaction) -> int:
    """Count the tasks that were not deleted."""
    return await tx.fetchval("SELECT count(*) FROM present_tasks WHERE tenant = $1", tx.tenant)


async def find(tx: Transaction, key: str) -> Task | None:
    """Give a task that was not deleted."""
    row = await tx.fetchrow(
        """
        SELECT key, kind, name, description, parameters, auto_approve_quality, approvals, minimum_gain,
               block_on_slice_regression, keep_versions, release, default_version, revision, created_at, created_by
        FROM present_tasks
        WHERE tenant = $1 AND key = $2
        """,
        tx.tenant,
        key,
    )
    return Task(**row) if row else None


async def list_(tx: Transaction, *, after: str | None, limit: int) -> list[Task]:
    """Give the tasks that were not deleted, by key."""
    rows = await tx.fetch(
        """
        SELECT key, kind, name, description, parameters, auto_approve_quality, approvals, minimum_gain,
               block_on_slice_regression, keep_versions, release, default_version, revision, created_at, created_by
        FROM present_tasks
        WHERE tenant = $1 AND ($2::text IS NULL OR key > $2)
        ORDER BY key
        LIMIT $3
        """,
        tx.tenant,
        after,
        limit,
    )
    return [Task(**row) for row in rows]


async def settle(tx: Transaction, task: Task) -> None:
    """Store a task as it is now, in its next revision."""
    await tx.execute(
        """
        UPDATE tasks
        SET name = $3,
            description = $4,
            parameters = $5,
            auto_approve_quality = $6,
            approvals = $7,
            minimum_gain = $8,
            block_on_slice_regression = $9,
            keep_versions = $10,
            release = $11,
            revision = revision + 1
        WHERE tenant = $1 AND key = $2
        """,
        tx.tenant,
        task.key,
        *_settings(task),
    )


def _settings(task: NewTask | Task) -> tuple[Any, ...]:
    return (
        task.name,
        task.description,
        task.parameters,
        task.auto_approve_quality,
        task.approvals,
        task.minimum_gain,
        task.block_on_slice_regression,
        task.keep_versions,
        task.release.model_dump(mode="json") if task.release else None,
    )
