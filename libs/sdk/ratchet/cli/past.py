"""Where a training is summed up as a line of a task's history."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from contracts.api.job import Job


class Past(BaseModel):
    """When a training was asked for, why, by whom, how long it took, and what came of it."""

    queued_at: datetime
    status: str
    reason: str
    who: str
    took: str
    attempts: str
    metrics: dict[str, float]
    error: str

    @classmethod
    def of(cls, job: Job) -> Self:
        """Sum a job up; of several attempts, say why each but the last was not the last."""
        lost = [f"{each.number}: {each.error}" for each in job.attempts[:-1] if each.error]
        return cls(
            queued_at=job.queued_at,
            status=job.status,
            reason=job.reason,
            who=job.requested_by,
            took=_length(job.started_at, job.finished_at),
            attempts="\n".join([str(len(job.attempts)), *lost]),
            metrics={name: float(value) for name, value in job.metrics.items()},
            error=job.error or "",
        )


def _length(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return ""
    seconds = (end - start).total_seconds()
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
