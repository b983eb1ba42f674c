"""Where the SQL that changes rollouts is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.rollout import RolloutStatus, Terms
from contracts.api.version import Verdict
from contracts.ids import new_id
from registry.store.rollouts import Row, read


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a rollout begins."""

    task: str
    version_id: str
    baseline_id: str
    steps: Sequence[float]
    interval_s: float
    terms: Terms
    reason: str
    is_canary: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """What was found when a rollout was judged, and when that was."""

    verdict: Verdict
    reasons: Sequence[str]
    missing: str
    at: datetime


async def insert(tx: Transaction, new: Beginning) -> Row:
    """Add a rollout that is on its first step."""
    row = await tx.fetchrow(
        """
        INSERT INTO rollouts (tenant, id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s,
                              terms, attempt, verdict, reasons, missing, step_since, started_by)
        VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, 0, $8, $9, 1, 'continue', $10, '', clock_timestamp(), $11)
        RETURNING id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt,
                  verdict, reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at,
                  restated, revision
        """,
        tx.tenant,
        new_id(),
        new.task,
        new.version_id,
        new.baseline_id,
        new.is_canary,
        new.steps,
        new.interval_s,
        new.terms.model_dump(mode="json"),
        [new.reason],
        tx.cause.actor,
    )
    return read(row)


async def settle(tx: Transaction, changed: Row, *, is_new_step: bool) -> Row:
    """Store what a move changed; the rollout is judged anew."""
    row = await tx.fetchrow(
        """
        UPDATE rollouts
        SET (status, is_canary, steps, step, verdict, reasons, missing, accepted) = ($3, $4, $5, $6, $7, $8, $9, $10),
            step_since = CASE WHEN $11::boolean THEN clock_timestamp() ELSE step_since END,
            judged_at = NULL,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt,
                  verdict, reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at,
                  restated, revision
        """,
        tx.tenant,
        changed.id,
        *_moved(changed),
        is_new_step,
    )
    return read(row)


async def restart(tx: Transaction, begun: Row) -> Row:
    """Begin another attempt of a rollout that ended, as the row says now."""
    row = await tx.fetchrow(
        """
        UPDATE rollouts
        SET (status, is_canary, steps, step, verdict, reasons, missing, accepted) = ($3, $4, $5, $6, $7, $8, $9, $10),
            (baseline_id, attempt) = ($11, attempt + 1),
            (step_since, attempt_since) = (clock_timestamp(), clock_timestamp()),
            (judged_at, ended_at, restated) = (NULL, NULL, NULL),
            revision = revision + 1
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt,
                  verdict, reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at,
                  restated, revision
        """,
        tx.tenant,
        begun.id,
        *_moved(begun),
        begun.baseline_id,
    )
    return read(row)


async def end(tx: Transaction, rollout: Row, status: RolloutStatus, verdict: Verdict, reasons: Sequence[str]) -> Row:
    """End a rollout."""
    row = await tx.fetchrow(
        """
        UPDATE rollouts
        SET status = $3,
            verdict = $4,
            reasons = $5,
            missing = '',
            ended_at = clock_timestamp(),
            revision = revision + 1
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt,
                  verdict, reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at,
                  restated, revision
        """,
        tx.tenant,
        rollout.id,
        str(status),
        str(verdict),
        reasons,
    )
    return read(row)


async def note(tx: Transaction, rollout_id: str, found: Noted) -> None:
    """Note what was found; that is no change, so the revision stays."""
    await tx.execute(
        """
        UPDATE rollouts
        SET verdict = $3,
            reasons = $4,
            missing = $5,
            judged_at = $6
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        rollout_id,
        str(found.verdict),
        found.reasons,
        found.missing,
        found.at,
    )


async def restate(tx: Transaction, rollout_id: str, restated: dict[str, Any]) -> None:
    """Note what late evidence says about a rollout that ended."""
    await tx.execute(
        "UPDATE rollouts SET restated = $3 WHERE tenant = $1 AND id = $2",
        tx.tenant,
        rollout_id,
        restated,
    )


async def now(tx: Transaction) -> datetime:
    """Give the time by the database's clock, by which steps are timed."""
    return await tx.fetchval("SELECT clock_timestamp()")


def _moved(row: Row) -> tuple[Any, ...]:
    """Give what a move changes, in the order of the statements."""
    standing = (str(row.status), row.is_canary, row.steps, row.step)
    return (*standing, str(row.verdict), row.reasons, row.missing, row.accepted)
