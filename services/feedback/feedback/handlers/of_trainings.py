"""Where it is noted what the trainer says about its jobs."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from contracts.events.training import TrainingCancelled, TrainingCompleted, TrainingFailed, TrainingQueued
from feedback.store import trainings


def hear(handlers: Handlers) -> None:
    """Register what is done about the trainer's events."""

    @handlers.on(TrainingQueued)
    async def note_job(tx: Transaction, event: TrainingQueued) -> None:
        await trainings.queue(tx, event.task, event.job_id, event.queued_at)

    @handlers.on(TrainingCompleted)
    async def note_completion(tx: Transaction, event: TrainingCompleted) -> None:
        await trainings.end(tx, event.task, event.job_id, "completed")

    @handlers.on(TrainingFailed)
    async def note_failure(tx: Transaction, event: TrainingFailed) -> None:
        await trainings.end(tx, event.task, event.job_id, "failed")

    @handlers.on(TrainingCancelled)
    async def note_cancellation(tx: Transaction, event: TrainingCancelled) -> None:
        await trainings.end(tx, event.task, event.job_id, "cancelled")
