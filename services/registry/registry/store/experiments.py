"""Where the SQL that finds experiments is, and ends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.experiment import ExperimentStatus, NextRollout
from contracts.api.rollout import Terms
from contracts.api.version import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """An experiment as stored; ``shares`` are the versions' parts of the units, the control's among them."""

    id: str
    task: str
    name: str
    status: ExperimentStatus
    shares: dict[str, float]
    control_id: str
    terms: Terms
    auto_ship: bool
    rollout: NextRollout | None
    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...]
    missing: str
    winner: str | None
    started_by: str
    created_at: datetime
    ended_at: datetime | None
    restated: dict[str, Any] | None
    revision: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How an experiment ends."""

    status: ExperimentStatus
    verdict: Verdict
    reasons: Sequence[str]
    winner: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which experiments of a list are asked for, newest first."""

    task: str | None
    status: ExperimentStatus | None
    before: str | None
    limit: int


async def find(tx: Transaction, experiment_id: str) -> Row | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
               missing, winner, started_by, created_at, ended_at, restated, revision
        FROM experiments
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        experiment_id,
    )
    return read(row) if row else None


async def list_(tx: Transaction, wanted: Wanted) -> list[Row]:
    rows = await tx.fetch(
        """
        SELECT id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
               missing, winner, started_by, created_at, ended_at, restated, revision
        FROM experiments
        WHERE tenant = $1
          AND ($2::text IS NULL OR task = $2)
          AND ($3::text IS NULL OR status = $3)
          AND ($4::text IS NULL OR id < $4)
        ORDER BY id DESC
        LIMIT $5
        """,
        tx.tenant,
        wanted.task,
        str(wanted.status) if wanted.status else None,
        wanted.before,
        wanted.limit,
    )
    return [read(row) for row in rows]


async def find_open(tx: Transaction, task: str) -> Row | None:
    """Give the experiment of a task that has not ended."""
    row = await tx.fetchrow(
        """
        SELECT id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
               missing, winner, started_by, created_at, ended_at, restated, revision
        FROM experiments
        WHERE tenant = $1 AND task = $2 AND ended_at IS NULL
        """,
        tx.tenant,
        task,
    )
    return read(row) if row else None


async def find_proof(tx: Transaction, version_id: str, champion_id: str) -> str | None:
    """Give the id of an experiment that found a version better than the champion, and stands by that."""
    return await tx.fetchval(
        """
        SELECT id
        FROM experiments
        WHERE tenant = $1 AND status = 'concluded' AND verdict = 'ship' AND winner = $2 AND control_id = $3
          AND (restated IS NULL OR restated ->> 'verdict' = 'ship')
        ORDER BY id DESC
        LIMIT 1
        """,
        tx.tenant,
        version_id,
        champion_id,
    )


async def end(tx: Transaction, experiment_id: str, ending: Ending) -> Row:
    """End an experiment."""
    row = await tx.fetchrow(
        """
        UPDATE experiments
        SET status = $3,
            verdict = $4,
            reasons = $5,
            winner = $6,
            missing = '',
            ended_at = clock_timestamp(),
            revision = revision + 1
        WHERE tenant = $1 AND id = $2
        RETURNING id, task, name, status, shares, control_id, terms, auto_ship, rollout, verdict, confidence, reasons,
                  missing, winner, started_by, created_at, ended_at, restated, revision
        """,
        tx.tenant,
        experiment_id,
        str(ending.status),
        str(ending.verdict),
        ending.reasons,
        ending.winner,
    )
    return read(row)


def read(row: Any) -> Row:  # noqa: ANN401 (asyncpg ships no types)
    """Make an experiment of a row of its table."""
    known: dict[str, Any] = {
        "status": ExperimentStatus(row["status"]),
        "shares": {each["version_id"]: each["share"] for each in row["shares"]},
        "terms": Terms.model_validate(row["terms"]),
        "rollout": NextRollout.model_validate(row["rollout"]) if row["rollout"] else None,
        "verdict": Verdict(row["verdict"]),
        "reasons": tuple(row["reasons"]),
    }
    return Row(**dict(row) | known)
