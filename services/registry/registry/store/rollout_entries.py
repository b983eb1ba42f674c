"""Where the SQL of rollouts' histories is."""

from collections.abc import Mapping
from typing import Any

from chassis.database import Transaction
from contracts.api.rollout import RolloutEntry
from registry.store.rollouts import Row


async def insert(tx: Transaction, rollout: Row, action: str, evidence: Mapping[str, Any]) -> None:
    """Add what was done about a rollout, as it is now."""
    await tx.execute(
        """
        INSERT INTO rollout_entries (tenant, rollout_id, action, status, traffic_percent, actor, reasons, evidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        tx.tenant,
        rollout.id,
        action,
        str(rollout.status),
        rollout.traffic_percent,
        tx.cause.actor,
        rollout.reasons,
        evidence,
    )


async def list_(tx: Transaction, rollout_id: str) -> list[RolloutEntry]:
    """Give what was done about a rollout, oldest first."""
    rows = await tx.fetch(
        """
        SELECT action, status, traffic_percent, actor, reasons, evidence, at
        FROM rollout_entries
        WHERE tenant = $1 AND rollout_id = $2
        ORDER BY number
        """,
        tx.tenant,
        rollout_id,
    )
    return [RolloutEntry(**row) for row in rows]
