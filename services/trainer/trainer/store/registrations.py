"""Where the SQL of trained jobs is that wait for their version to be registered."""

from dataclasses import dataclass

from chassis.database import Transaction


@dataclass(frozen=True, slots=True)
class Unregistered:
    """A trained job that waited too long for its version."""

    id: str
    tenant: str
    task: str


async def succeed(tx: Transaction, job_id: str, version_id: str, message: str) -> str | None:
    """End a trained job whose version was registered; give its task, or None if no such job waits."""
    return await tx.fetchval(
        """
        UPDATE jobs
        SET status = 'succeeded', version_id = $3::uuid, progress = 1, step = 'done', message = $4, finished_at = now()
        WHERE tenant = $1 AND id = $2::uuid AND status = 'running' AND fitted_at IS NOT NULL
        RETURNING task
        """,
        tx.tenant,
        job_id,
        version_id,
        message,
    )


async def fail_late(tx: Transaction, minutes: float, error: str) -> list[Unregistered]:
    """End all jobs, of whatever tenant, that wait longer than that for their version to be registered."""
    rows = await tx.fetch(
        """
        UPDATE jobs
        SET status = 'failed', error = $2, finished_at = now(), step = 'failed', message = $2
        WHERE status = 'running' AND fitted_at < now() - make_interval(secs => $1::float8 * 60)
        RETURNING id::text, tenant, task
        """,
        minutes,
        error,
    )
    return [Unregistered(**row) for row in rows]
