"""Where the SQL of attempts is: a job is claimed with a lease, held by beats, and settled by whoever still holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.job import JobStatus
from contracts.api.version import Bump
from contracts.event import Cause


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in the hands of a worker; `was_lost` says that another worker fell silent on it."""

    id: str
    tenant: str
    task: str
    kind: str
    status: str
    reason: str
    parameters: dict[str, Any]
    auto_release: bool
    bump: Bump | None
    snapshot: dict[str, Any] | None
    datasets: list[dict[str, Any]]
    collects: bool
    cause: Cause
    attempt: int
    failures: int
    was_lost: bool


@dataclass(frozen=True, slots=True)
class Off:
    """Where training is switched off: everywhere, or for some tenants."""

    everywhere: bool = False
    tenants: tuple[str, ...] = ()


NOWHERE = Off()


async def claim(tx: Transaction, worker: str, lease_seconds: float, off: Off = NOWHERE) -> Claimed | None:
    """Take the job that has waited longest; where training is switched off, only one that was begun before."""
    row = await tx.fetchrow(
        """
        WITH waiting AS (
            SELECT id, lease_until IS NOT NULL AS was_lost
            FROM claimable_jobs
            WHERE status <> 'queued' OR NOT ($3 OR tenant = ANY ($4::text[]))
            ORDER BY queued_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        UPDATE jobs
        SET status = CASE status WHEN 'queued' THEN 'running' ELSE status END, worker = $1, attempt = attempt + 1,
            failures = least(3, failures + was_lost::integer), lease_until = now() + make_interval(secs => $2),
            started_at = coalesce(started_at, now()), progress = 0, step = 'starting', message = ''
        FROM waiting
        WHERE jobs.id = waiting.id
        RETURNING jobs.id::text, tenant, task, kind, status, reason, requested_by, parameters, auto_release, bump,
                  snapshot, datasets, collects, attempt, failures, correlation_id, causation_id, was_lost
        """,
        *(worker, lease_seconds, off.everywhere, off.tenants),
    )
    return _claimed(dict(row)) if row else None


async def begin(tx: Transaction, job: Claimed, worker: str) -> None:
    await tx.execute(
        "INSERT INTO attempts (tenant, job_id, number, worker) VALUES ($1, $2::uuid, $3, $4)",
        job.tenant,
        job.id,
        job.attempt,
        worker,
    )


async def end(tx: Transaction, job: Claimed, error: str | None) -> None:
    """End what is open of a job's attempts."""
    await tx.execute(
        """
        UPDATE attempts
        SET finished_at = now(), error = $3
        WHERE tenant = $1 AND job_id = $2::uuid AND finished_at IS NULL
        """,
        job.tenant,
        job.id,
        error,
    )


async def beat(tx: Transaction, job: Claimed, lease_seconds: float, latest: Mapping[str, Any]) -> JobStatus | None:
    """Extend the lease and note what is known by now; give the job's status, or None if it is no longer ours.

    The job's row stays locked until the transaction ends.
    """
    status = await tx.fetchval(
        """
        UPDATE jobs
        SET lease_until = now() + make_interval(secs => $4),
            progress = coalesce($5, progress), step = coalesce($6, step), message = coalesce($7, message),
            snapshot = $8, parameters = $9
        WHERE tenant = $1 AND id = $2::uuid AND attempt = $3 AND lease_until IS NOT NULL
        RETURNING status
        """,
        job.tenant,
        job.id,
        job.attempt,
        lease_seconds,
        latest.get("progress"),
        latest.get("step"),
        latest.get("message"),
        job.snapshot,
        job.parameters,
    )
    return JobStatus(status) if status else None


async def is_held(tx: Transaction, job: Claimed) -> bool:
    """Say whether a job is still ours, and keep it so until the transaction ends."""
    held = await tx.fetchval(
        """
        SELECT true
        FROM jobs
        WHERE tenant = $1 AND id = $2::uuid AND attempt = $3 AND lease_until IS NOT NULL
        FOR SHARE
        """,
        *(job.tenant, job.id, job.attempt),
    )
    return bool(held)


async def hand_back(tx: Transaction, job: Claimed, *, failures: int, pause_s: float) -> None:
    """Give a locked job up, so that a worker takes it after a pause."""
    await tx.execute(
        """
        UPDATE jobs
        SET lease_until = NULL, worker = NULL, failures = $3, not_before = now() + make_interval(secs => $4)
        WHERE tenant = $1 AND id = $2::uuid
        """,
        job.tenant,
        job.id,
        failures,
        pause_s,
    )


async def keep_fitted(tx: Transaction, job: Claimed, metrics: dict[str, float]) -> None:
    """Mark a locked job as trained; it waits for its version to be registered."""
    await tx.execute(
        """
        UPDATE jobs
        SET lease_until = NULL, fitted_at = now(), metrics = $3, progress = 1, step = 'registering', message = ''
        WHERE tenant = $1 AND id = $2::uuid
        """,
        job.tenant,
        job.id,
        metrics,
    )


async def settle(tx: Transaction, job: Claimed, status: JobStatus, error: str | None) -> None:
    """End a locked job without a version."""
    await tx.execute(
        """
        UPDATE jobs
        SET status = $3, error = $4, lease_until = NULL, finished_at = now(), step = $3, message = coalesce($4, '')
        WHERE tenant = $1 AND id = $2::uuid
        """,
        job.tenant,
        job.id,
        status,
        error,
    )


def _claimed(row: dict[str, Any]) -> Claimed:
    cause = Cause(row.pop("requested_by"), row.pop("correlation_id"), row.pop("causation_id"))
    bump = Bump(row.pop("bump")) if row["bump"] else row.pop("bump")
    return Claimed(**row, bump=bump, cause=cause)
