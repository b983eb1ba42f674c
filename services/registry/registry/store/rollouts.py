"""Where the SQL that finds rollouts is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import Transaction
from contracts.api.rollout import WHOLE, RolloutStatus, Terms
from contracts.api.version import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """A rollout as stored; ``accepted`` names the worries that a person let pass in the present step."""

    id: str
    task: str
    version_id: str
    baseline_id: str
    status: RolloutStatus
    is_canary: bool
    steps: tuple[float, ...]
    step: int
    interval_s: float
    terms: Terms
    attempt: int
    verdict: Verdict
    reasons: tuple[str, ...]
    missing: str
    accepted: tuple[str, ...]
    step_since: datetime
    attempt_since: datetime
    started_by: str
    created_at: datetime
    ended_at: datetime | None
    restated: dict[str, Any] | None
    revision: int

    @property
    def traffic_percent(self) -> float:
        """The present step's share of the units, while it is open; of one that ended, what it came to."""
        if self.ended_at is None:
            return self.steps[self.step]
        return WHOLE if self.status is RolloutStatus.COMPLETED else 0.0

    @property
    def following(self) -> float | None:
        """The percentage of the next step, if there is one."""
        return self.steps[self.step + 1] if self.step + 1 < len(self.steps) else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rollouts of a list are asked for, newest first."""

    task: str | None
    status: RolloutStatus | None
    before: str | None
    limit: int


async def find(tx: Transaction, rollout_id: str) -> Row | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt, verdict,
               reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at, restated,
               revision
        FROM rollouts
        WHERE tenant = $1 AND id = $2
        """,
        tx.tenant,
        rollout_id,
    )
    return read(row) if row else None


async def find_open(tx: Transaction, task: str) -> Row | None:
    """Give the rollout of a task that has not ended."""
    row = await tx.fetchrow(
        """
        SELECT id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt, verdict,
               reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at, restated,
               revision
        FROM rollouts
        WHERE tenant = $1 AND task = $2 AND ended_at IS NULL
        """,
        tx.tenant,
        task,
    )
    return read(row) if row else None


async def list_(tx: Transaction, wanted: Wanted) -> list[Row]:
    rows = await tx.fetch(
        """
        SELECT id, task, version_id, baseline_id, status, is_canary, steps, step, interval_s, terms, attempt, verdict,
               reasons, missing, accepted, step_since, attempt_since, started_by, created_at, ended_at, restated,
               revision
        FROM rollouts
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


async def list_due(tx: Transaction) -> list[tuple[str, str]]:
    """Give tenant and id of the rollouts that were changed or have news since they were judged, or whose step is over.

    The phases of one that ended count too: what comes late restates its result, unless the task was deleted.
    """
    rows = await tx.fetch(
        """
        SELECT phases.tenant, owner_id AS id
        FROM phases
        JOIN present_tasks ON present_tasks.tenant = phases.tenant AND present_tasks.key = phases.task
        WHERE number > judged AND owner = 'rollout'
        UNION
        SELECT tenant, id
        FROM rollouts
        WHERE ended_at IS NULL
          AND (
              judged_at IS NULL
              OR step_since + make_interval(secs => interval_s) BETWEEN judged_at AND clock_timestamp()
          )
        """
    )
    return [(row["tenant"], row["id"]) for row in rows]


def read(row: Any) -> Row:  # noqa: ANN401 (asyncpg ships no types)
    """Make a rollout of a row of its table."""
    known: dict[str, Any] = {
        "status": RolloutStatus(row["status"]),
        "verdict": Verdict(row["verdict"]),
        "steps": tuple(row["steps"]),
        "reasons": tuple(row["reasons"]),
        "accepted": tuple(row["accepted"]),
        "terms": Terms.model_validate(row["terms"]),
    }
    return Row(**dict(row) | known)
