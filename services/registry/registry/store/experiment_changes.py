"""Where the SQL is that begins experiments and writes down what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database import Transaction
from contracts.api.experiment import NewExperiment
from contracts.api.performance import Restatement
from contracts.api.version import Verdict
from registry.store.experiments import Row, read


@dataclass(frozen=True, slots=True)
class Noted:
    """What was found the last time that an experiment was judged."""

    verdict: Verdict
    confidence: float
    reasons: Sequence[str]
    missing: str


async def insert(tx: Transaction, experiment_id: str, new: NewExperiment, control_id: str, found: Noted) -> Row:
    """Add an experiment that is running."""
    row = await tx.fetchrow(
        """
        INSERT INTO experiments (tenant, id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict,
                                 confidence, reasons, missing, started_by)
        VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        RETURNING id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
                  missing, winner, started_by, created_at, ended_at, restated, revision
        """,
        tx.tenant,
        experiment_id,
        new.task,
        new.name,
        [{"version_id": version_id, "share": share} for version_id, share in new.shares.items()],
        control_id,
        new.terms.model_dump(mode="json"),
        new.auto_ship,
        new.rollout.model_dump(mode="json") if new.rollout else None,
        *_content(found),
        tx.cause.actor,
    )
    return read(row)


async def note(tx: Transaction, experiment_id: str, found: Noted) -> Row:
    """Write down what was found; only another verdict makes another revision of it."""
    row = await tx.fetchrow(
        """
        UPDATE experiments
        SET revision = revision + (verdict <> $3)::integer,
            verdict = $3,
            confidence = $4,
            reasons = $5,
            missing = $6
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
                  missing, winner, started_by, created_at, ended_at, restated, revision
        """,
        tx.tenant,
        experiment_id,
        *_content(found),
    )
    return read(row)


async def restate(tx: Transaction, experiment_id: str, restatement: Restatement) -> None:
    """Write down what the evidence says after the end."""
    await tx.execute(
        """
        UPDATE experiments
        SET restated = $3,
            revision = revision + 1
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        experiment_id,
        restatement.model_dump(mode="json"),
    )


async def list_due(tx: Transaction) -> list[tuple[str, str]]:
    """Give tenant and id of the experiments with news since they were judged, those that ended among them.

    Nobody asks any more about those of a task that was deleted.
    """
    rows = await tx.fetch(
        """
        SELECT DISTINCT phases.tenant, owner_id AS id
        FROM phases
        JOIN present_tasks ON present_tasks.tenant = phases.tenant AND present_tasks.key = phases.task
        WHERE owner = 'experiment' AND number > judged
        """
    )
    return [(row["tenant"], row["id"]) for row in rows]


def _content(found: Noted) -> tuple[str, float, Sequence[str], str]:
    return str(found.verdict), found.confidence, found.reasons, found.missing
