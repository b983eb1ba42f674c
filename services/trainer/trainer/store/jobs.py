"""Where the SQL of jobs is, as those who ask for them see them."""

from typing import Any

from chassis.database import Transaction
from contracts.api.job import Job, JobStatus, NewJob
from contracts.commands.jobs import ListJobs
from trainer.store.datasets import Choice


async def insert(tx: Transaction, job_id: str, kind: str, job: NewJob, choice: Choice) -> bool:
    """Queue a job unless one of its task is under way; say whether it was queued."""
    inserted = await tx.fetchval(
        """
        INSERT INTO jobs (id, tenant, task, kind, reason, requested_by, parameters, auto_release,
                          correlation_id, causation_id, dataset_id, datasets, collects, bump)
        VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::uuid, $12, $13, $14)
        ON CONFLICT (tenant, task) WHERE status IN ('queued', 'running', 'cancelling') DO NOTHING
        RETURNING true
        """,
        job_id,
        tx.tenant,
        job.task,
        kind,
        job.reason,
        tx.cause.actor,
        job.parameters,
        job.auto_release,
        tx.cause.correlation_id,
        tx.cause.causation_id,
        job.dataset_id,
        *(choice.written(), choice.collects, job.bump and str(job.bump)),
    )
    return bool(inserted)


async def find_choice(tx: Transaction, job_id: str) -> Choice:
    """Give what a job trains on."""
    row = await tx.fetchrow(
        "SELECT datasets, collects FROM jobs WHERE tenant = $1 AND id = $2::uuid", tx.tenant, job_id
    )
    return Choice.read(row["datasets"], collects=row["collects"]) if row else Choice((), collects=True)


async def find(tx: Transaction, job_id: str) -> Job | None:
    row = await tx.fetchrow(
        """
        SELECT id, task, kind, status, progress, step, message, reason, requested_by, parameters, auto_release, bump,
               dataset_id::text, snapshot, attempts, metrics, error, version_id, queued_at, started_at, finished_at
        FROM jobs_with_attempts
        WHERE tenant = $1 AND id = $2::uuid
        """,
        tx.tenant,
        job_id,
    )
    return _job(row) if row else None


async def find_under_way(tx: Transaction, task: str) -> str | None:
    """Give the id of the task's job that has not ended."""
    return await tx.fetchval(
        """
        SELECT id::text
        FROM jobs
        WHERE tenant = $1 AND task = $2 AND status IN ('queued', 'running', 'cancelling')
        """,
        tx.tenant,
        task,
    )


async def list_(tx: Transaction, asked: ListJobs, before: str | None) -> list[Job]:
    """Give up to one job more than was asked for, newest first."""
    rows = await tx.fetch(
        """
        SELECT id, task, kind, status, progress, step, message, reason, requested_by, parameters, auto_release, bump,
               dataset_id::text, snapshot, attempts, metrics, error, version_id, queued_at, started_at, finished_at
        FROM jobs_with_attempts
        WHERE tenant = $1
          AND ($2::text IS NULL OR task = $2)
          AND ($3::text IS NULL OR status = $3)
          AND ($4::text IS NULL OR kind = $4)
          AND ($5::text IS NULL OR strpos(lower(reason), lower($5)) > 0)
          AND ($6::uuid IS NULL OR id < $6)
        ORDER BY id DESC
        LIMIT $7
        """,
        tx.tenant,
        asked.task,
        asked.status,
        asked.kind,
        asked.reason,
        before,
        asked.limit + 1,
    )
    return [_job(row) for row in rows]


async def count_under_way(tx: Transaction) -> dict[str, int]:
    """Count the jobs that have not ended: queued, running, cancelling, and registering (trained, not yet a version).

    `workers` are those that hold a job now, `lost` the jobs that nobody holds any more.
    """
    row = await tx.fetchrow(
        """
        SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
               count(*) FILTER (WHERE status = 'running' AND fitted_at IS NULL) AS running,
               count(*) FILTER (WHERE status = 'cancelling') AS cancelling,
               count(*) FILTER (WHERE fitted_at IS NOT NULL) AS registering,
               count(*) FILTER (WHERE lease_until < now()) AS lost,
               count(DISTINCT worker) FILTER (WHERE lease_until >= now()) AS workers
        FROM jobs
        WHERE status IN ('queued', 'running', 'cancelling')
        """
    )
    return dict(row or {})


async def cancel(tx: Transaction, job_id: str) -> JobStatus | None:
    """Cancel a job that no worker has at once, and another by its worker; None if it has ended, or is trained."""
    status = await tx.fetchval(
        """
        UPDATE jobs
        SET status = CASE WHEN lease_until IS NULL THEN 'cancelled' ELSE 'cancelling' END,
            finished_at = CASE WHEN lease_until IS NULL THEN now() END,
            step = CASE WHEN lease_until IS NULL THEN 'cancelled' ELSE 'cancelling' END,
            message = ''
        WHERE tenant = $1 AND id = $2::uuid AND fitted_at IS NULL AND status IN ('queued', 'running', 'cancelling')
        RETURNING status
        """,
        tx.tenant,
        job_id,
    )
    return JobStatus(status) if status else None


def _job(row: Any) -> Job:  # noqa: ANN401 (asyncpg ships no types)
    return Job.model_validate(dict(row) | {name: str(row[name]) for name in ("id", "version_id") if row[name]})
