"""Where the facts of training are declared."""

from typing import Any, Literal

from contracts.api.version import Artifact, Bump, Comparison, PairedResult
from contracts.event import Event
from contracts.message import Moment
from contracts.service import Service


class TrainingRequested(Event):
    """A retrain policy fired: the task should be trained on its approved examples."""

    subject = "training.requested"
    producer = Service.FEEDBACK
    consumers = (Service.TRAINER,)

    task: str
    decision_id: str
    reason: str
    auto_release: bool


class TrainingQueued(Event):
    """A job was accepted and waits for a worker."""

    subject = "training.queued"
    producer = Service.TRAINER
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    task: str
    job_id: str
    reason: str
    queued_at: Moment


class JobProgressed(Event):
    """A line was added to a job's story; ``number`` counts from 1 within the job."""

    subject = "job.progressed"
    producer = Service.TRAINER
    consumers = (Service.GATEWAY,)

    task: str
    job_id: str
    number: int
    kind: Literal["progress", "metric", "log", "state"]
    at: Moment
    content: dict[str, Any]


class TrainingCompleted(Event):
    """A candidate was fitted and its artifact stored; the version gets the id given here."""

    subject = "training.completed"
    producer = Service.TRAINER
    consumers = (Service.REGISTRY, Service.FEEDBACK)

    task: str
    job_id: str
    version_id: str
    artifact: Artifact
    metrics: dict[str, float]
    card: dict[str, Any]
    lineage: dict[str, Any]
    paired: PairedResult | None
    comparison: Comparison | None = None
    auto_release: bool
    reason: str
    bump: Bump | None = None


class TrainingFailed(Event):
    """A job ended without a version, for the reason given."""

    subject = "training.failed"
    producer = Service.TRAINER
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    task: str
    job_id: str
    error: str


class TrainingCancelled(Event):
    """A job was cancelled; there is no version of it."""

    subject = "training.cancelled"
    producer = Service.TRAINER
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    task: str
    job_id: str
