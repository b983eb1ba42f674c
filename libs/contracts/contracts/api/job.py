"""Where a training job is described."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.api.version import Bump
from contracts.ids import Key
from contracts.message import Message, Moment, Request


class JobStatus(StrEnum):
    """Where a job stands; a terminal status never changes."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Say whether nothing more will happen to the job."""
        return self in ENDED


ENDED = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})


class NewJob(Request):
    """A training to start: from one dataset, or else from the task's newest ones and its approved examples."""

    task: Key
    dataset_id: Annotated[str | None, Field(description="Train on this dataset alone.")] = None
    parameters: dict[str, Any] = {}  # noqa: RUF012 (pydantic copies it)
    reason: Annotated[str, Field(max_length=1_000)] = "asked for by an admin"
    auto_release: Annotated[bool, Field(description="Promote the version at once if it passes the gate.")] = True
    bump: Annotated[
        Bump | None, Field(description="Which part of the label the version raises; by default what it differs in.")
    ] = None


class Attempt(Message):
    """One try at a job."""

    number: int
    worker: str
    started_at: Moment
    finished_at: Moment | None = None
    error: str | None = None


class Job(Message):
    """One asked-for training."""

    id: str
    task: str
    kind: str
    status: JobStatus
    progress: float
    step: str
    message: str
    reason: str
    requested_by: str
    parameters: dict[str, Any]
    auto_release: bool
    bump: Bump | None = None
    dataset_id: str | None = None
    snapshot: dict[str, Any] | None = None
    attempts: tuple[Attempt, ...] = ()
    metrics: dict[str, float] = {}  # noqa: RUF012 (pydantic copies it)
    error: str | None = None
    version_id: str | None = None
    queued_at: Moment
    started_at: Moment | None = None
    finished_at: Moment | None = None


class JobEvent(Message):
    """One line of a job's story; ``number`` counts from 1 within the job and resumes a stream."""

    number: int
    kind: Literal["progress", "metric", "log", "state"]
    at: Moment
    content: dict[str, Any]
