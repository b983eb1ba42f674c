"""Where it is noted what is heard of trainings and champions; events of different kinds come in any order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Trainings:
    """What is known of a task's trainings: the job under way, the last one queued, and the last one completed."""

    running_job: str | None
    queued_at: datetime | None
    completed_at: datetime | None
    cut_off: datetime | None


@dataclass(frozen=True, slots=True)
class Champion:
    """The version that serves, and since when."""

    version_id: str
    since: datetime


async def queue(tx: Transaction, task: str, job_id: str, queued_at: datetime) -> None:
    """Note that a job was queued, for the first time or again."""
    await tx.execute(
        """
        INSERT INTO trainings AS known (tenant, task, job_id, queued_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, job_id) DO UPDATE
        SET queued_at = greatest(known.queued_at, excluded.queued_at)
        """,
        *(tx.tenant, task, job_id, queued_at),
    )


async def end(tx: Transaction, task: str, job_id: str, outcome: str) -> None:
    """Note that a job ended: ``completed``, ``failed`` or ``cancelled``."""
    await tx.execute(
        """
        INSERT INTO trainings (tenant, task, job_id, ended_at, outcome)
        VALUES ($1, $2, $3, now(), $4)
        ON CONFLICT (tenant, job_id) DO UPDATE
        SET ended_at = excluded.ended_at, outcome = excluded.outcome
        """,
        *(tx.tenant, task, job_id, outcome),
    )


async def find(tx: Transaction, tenant: str, task: str) -> Trainings:
    """Give what is known; examples are new if approved after the last completed job was queued: the cut-off.

    Only the last job can be under way. One of which no end was heard for a week is not: whatever became of it, a job
    that still runs refuses the next one.
    """
    row = await tx.fetchrow(
        """
        SELECT max(queued_at),
            max(ended_at) FILTER (WHERE outcome = 'completed'),
            max(coalesce(queued_at, ended_at)) FILTER (WHERE outcome = 'completed'),
            max(job_id) FILTER (
                WHERE (ended_at IS NULL OR queued_at > ended_at)
                    AND queued_at = last_queued_at
                    AND queued_at > now() - interval '7 days'
            )
        FROM (
            SELECT job_id, queued_at, ended_at, outcome, max(queued_at) OVER () AS last_queued_at
            FROM trainings
            WHERE tenant = $1 AND task = $2
        ) AS known
        """,
        *(tenant, task),
    )
    return Trainings(row[3], row[0], row[1], row[2]) if row else Trainings(None, None, None, None)


async def crown(tx: Transaction, task: str, version_id: str, revision: int) -> None:
    """Note which version serves from now on, unless something newer is known."""
    await tx.execute(
        """
        INSERT INTO champions AS known (tenant, task, version_id, revision, since)
        VALUES ($1, $2, $3, $4, now())
        ON CONFLICT (tenant, task) DO UPDATE
        SET version_id = excluded.version_id, revision = excluded.revision, since = excluded.since
        WHERE known.revision < excluded.revision
        """,
        *(tx.tenant, task, version_id, revision),
    )


async def find_champion(tx: Transaction, tenant: str, task: str) -> Champion | None:
    """Give the version that serves."""
    row = await tx.fetchrow("SELECT version_id, since FROM champions WHERE tenant = $1 AND task = $2", tenant, task)
    return Champion(row[0], row[1]) if row else None


async def usual_length(tx: Transaction, task: str) -> timedelta:
    """Give the median time from queueing to the end of the task's completed trainings."""
    return await tx.fetchval(
        """
        SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY ended_at - queued_at), interval '0')
        FROM trainings
        WHERE tenant = $1 AND task = $2 AND outcome = 'completed' AND ended_at >= queued_at
        """,
        *(tx.tenant, task),
    )
