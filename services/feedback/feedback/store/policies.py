"""Where retrain policies and the decisions about them are kept."""

from datetime import datetime, timedelta
from typing import Any

from chassis.database import Transaction
from contracts.api.retraining import RetrainDecision, RetrainPolicy


async def lock(tx: Transaction, tenant: str, task: str) -> None:
    """Wait until no other check of the same task is under way, so that none fires twice."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"retraining/{tenant}/{task}")


async def find(tx: Transaction, tenant: str, task: str) -> RetrainPolicy | None:
    """Give the policy of a task, if one was set."""
    policy = await tx.fetchval("SELECT policy FROM retrain_policies WHERE tenant = $1 AND task = $2", tenant, task)
    return None if policy is None else RetrainPolicy.model_validate(policy)


async def set_(tx: Transaction, task: str, policy: RetrainPolicy) -> None:
    """Set the policy of a task; the next look checks it."""
    await tx.execute(
        """
        INSERT INTO retrain_policies (tenant, task, enabled, policy, set_by)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant, task) DO UPDATE
        SET enabled = excluded.enabled, policy = excluded.policy, set_by = excluded.set_by, set_at = now(),
            checked_at = excluded.checked_at
        """,
        *(tx.tenant, task, policy.enabled, policy.model_dump(mode="json"), tx.cause.actor),
    )


async def claim_due(tx: Transaction, every: timedelta) -> tuple[str, str] | None:
    """Claim one policy that was not checked for a time; give its tenant and task. Several replicas may ask at once.

    One that is switched off is checked once an hour: its decisions can be replayed before it is switched on. A time in
    the future was told by a clock that has been set back since.
    """
    row = await tx.fetchrow(
        """
        UPDATE retrain_policies
        SET checked_at = now()
        WHERE (tenant, task) IN (
            SELECT tenant, task
            FROM retrain_policies
            WHERE (enabled AND checked_at <= now() - $1::interval)
                OR (NOT enabled AND checked_at <= now() - greatest($1::interval, '1 hour'))
                OR checked_at > now() + greatest($1::interval, '1 hour')
            ORDER BY checked_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING tenant, task
        """,
        every,
    )
    return (row[0], row[1]) if row else None


async def insert_decision(tx: Transaction, tenant: str, decision: RetrainDecision) -> None:
    """Store a decision."""
    await tx.execute(
        """
        INSERT INTO retrain_decisions (tenant, id, task, fired, reasons, evidence, policy, asked_by, at)
        VALUES ($1, $2::uuid, $3, $4, $5, $6, $7, $8, $9)
        """,
        *(tenant, decision.id, decision.task, decision.fired, decision.reasons, decision.evidence, decision.policy),
        *(decision.asked_by, decision.at),
    )


async def list_decisions(tx: Transaction, task: str, *, before: str | None, limit: int) -> list[RetrainDecision]:
    """Give decisions, newest first."""
    rows = await tx.fetch(
        """
        SELECT id::text, task, fired, reasons, evidence, policy, asked_by, at, checks, last_at
        FROM retrain_decisions
        WHERE tenant = $1 AND task = $2 AND ($3::uuid IS NULL OR id < $3)
        ORDER BY retrain_decisions.id DESC
        LIMIT $4
        """,
        *(tx.tenant, task, before, limit),
    )
    return [_decision(row) for row in rows]


async def remove(tx: Transaction, tenant: str, task: str) -> None:
    """Remove the policy of a task that was deleted."""
    await tx.execute("DELETE FROM retrain_policies WHERE tenant = $1 AND task = $2", tenant, task)


async def last_fired(tx: Transaction, tenant: str, task: str) -> datetime | None:
    """Give when training was last asked for."""
    return await tx.fetchval(
        "SELECT max(at) FROM retrain_decisions WHERE tenant = $1 AND task = $2 AND fired", tenant, task
    )


def _decision(row: Any) -> RetrainDecision:  # noqa: ANN401 (asyncpg ships no types)
    return RetrainDecision.model_validate(dict(row))
