"""Where the SQL of monitors is."""

from chassis.database import Transaction
from contracts.api.monitor import Monitors, NewMonitors


async def find(tx: Transaction, task: str) -> Monitors | None:
    row = await tx.fetchrow(
        """
        SELECT task, revision, monitors
        FROM monitors
        WHERE tenant = $1 AND task = $2
        """,
        tx.tenant,
        task,
    )
    return Monitors(**row) if row else None


async def replace(tx: Transaction, task: str, new: NewMonitors) -> Monitors:
    """Give a task these monitors instead of all that it had, and the next revision."""
    row = await tx.fetchrow(
        """
        INSERT INTO monitors (tenant, task, revision, monitors, set_by)
        VALUES ($1, $2, 1, $3, $4)
        ON CONFLICT (tenant, task) DO UPDATE
        SET revision = monitors.revision + 1,
            monitors = excluded.monitors,
            set_by = excluded.set_by,
            set_at = now()
        RETURNING task, revision, monitors
        """,
        tx.tenant,
        task,
        [each.model_dump(mode="json") for each in new.monitors],
        tx.cause.actor,
    )
    return Monitors(**dict(row or {}))
