"""Where it is looked up how long the oldest pending example has waited."""

from datetime import datetime

from chassis.database import Transaction


async def oldest_pending(tx: Transaction, task: str) -> datetime | None:
    """Give when the oldest pending example was submitted; ids are in the order of time."""
    return await tx.fetchval(
        """
        SELECT created_at
        FROM examples
        WHERE tenant = $1 AND task = $2 AND status = 'pending'
        ORDER BY id
        LIMIT 1
        """,
        *(tx.tenant, task),
    )
