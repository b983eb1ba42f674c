"""Where the SQL of the history of health is."""

from chassis.database import Transaction
from contracts.api.health import HealthChange, HealthStatus, TaskHealth


async def insert(tx: Transaction, seen: TaskHealth, was: HealthStatus) -> None:
    """Add that a task does otherwise than before."""
    await tx.execute(
        "INSERT INTO health_changes (tenant, task, status, was, reasons) VALUES ($1, $2, $3, $4, $5)",
        tx.tenant,
        seen.task,
        str(seen.status),
        str(was),
        [each.sentence for each in seen.issues],
    )


async def list_(tx: Transaction, task: str, *, limit: int) -> list[HealthChange]:
    """Give how a task came to do as it does, newest first."""
    rows = await tx.fetch(
        """
        SELECT status, was, reasons, at
        FROM health_changes
        WHERE tenant = $1 AND task = $2
        ORDER BY number DESC
        LIMIT $3
        """,
        tx.tenant,
        task,
        limit,
    )
    return [HealthChange(**row) for row in rows]
