"""Where the last measure of each task's drift is kept."""

from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.drift import MeasuredDrift


async def find(
    tx: Transaction, tenant: str, task: str, terms: dict[str, Any], *, since: datetime
) -> MeasuredDrift | None:
    """Give what was measured since a time in these terms."""
    found = await tx.fetchval(
        """
        SELECT found
        FROM drift_measures
        WHERE tenant = $1 AND task = $2 AND terms = $3 AND measured_at >= $4
        """,
        *(tenant, task, terms, since),
    )
    return None if found is None else MeasuredDrift.model_validate(found)


async def keep(tx: Transaction, tenant: str, task: str, terms: dict[str, Any], found: MeasuredDrift) -> None:
    """Keep what was measured instead of what was measured before."""
    await tx.execute(
        """
        INSERT INTO drift_measures (tenant, task, terms, found, measured_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, task) DO UPDATE
        SET terms = excluded.terms, found = excluded.found, measured_at = excluded.measured_at
        """,
        *(tenant, task, terms, found.model_dump(mode="json"), found.measured_at),
    )
