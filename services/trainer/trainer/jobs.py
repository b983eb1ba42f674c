"""Where jobs are queued, shown, cancelled and queued again, as people and policies ask for it."""

from uuid import UUID

from chassis import pages
from chassis.database import Transaction
from contracts.api.job import Job, JobEvent, JobStatus, NewJob
from contracts.api.page import Page
from contracts.commands.jobs import ListJobEvents, ListJobs
from contracts.errors import AlreadyRunning, JobEnded, JobNotEnded, UnknownJob
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingCancelled, TrainingQueued
from contracts.ids import new_id
from trainer import stories
from trainer.store import jobs as store
from trainer.store import lines, registrations, teachers
from trainer.store.datasets import Choice

_LONGEST_REASON = 1_000
_EXAMPLES = Choice((), collects=True)


async def start(tx: Transaction, kind: str, job: NewJob, choice: Choice = _EXAMPLES) -> Job:
    """Queue a job; one at a time for a task. Raises `AlreadyRunning`, with the id of the job that is under way."""
    job_id = new_id()
    while not await store.insert(tx, job_id, kind, job, choice):
        running = await store.find_under_way(tx, job.task)
        if running:
            raise AlreadyRunning(
                f"Job {running} of task {job.task!r} is under way; wait for it or cancel it.", running_job_id=running
            )
    await stories.tell(tx, job.task, job_id, [stories.state(JobStatus.QUEUED, reason=job.reason)])
    queued = await get(tx, job_id)
    tx.publish(TrainingQueued(task=job.task, job_id=job_id, reason=job.reason, queued_at=queued.queued_at))
    return queued


async def retry(tx: Transaction, job_id: str) -> Job:
    """Queue a failed or cancelled job again.

    A terminal status never changes, so the retry is a new job with the same parameters and datasets, whose reason names
    the old one.
    """
    old = await get(tx, job_id)
    if not old.status.ended:
        raise JobNotEnded(f"Job {job_id} is {old.status}; only a failed or cancelled job can be tried again.")
    if old.status is JobStatus.SUCCEEDED:
        raise JobEnded(f"Job {job_id} succeeded; start a new one to train again.")
    reason = f"retry of {old.id}: {old.reason}"[:_LONGEST_REASON]
    again = NewJob(
        task=old.task,
        dataset_id=old.dataset_id,
        parameters=old.parameters,
        reason=reason,
        auto_release=old.auto_release,
        bump=old.bump,
    )
    return await start(tx, old.kind, again, await store.find_choice(tx, old.id))


async def cancel(tx: Transaction, job_id: str) -> Job:
    """Cancel a job: at once if no worker has it, within two seconds if one has; twice is as good as once."""
    old = await get(tx, job_id)
    status = await store.cancel(tx, job_id)
    if status is None:
        raise JobEnded(_why_not(await get(tx, job_id)))
    if status is not old.status:
        await stories.tell(tx, old.task, job_id, [stories.state(status, by=tx.cause.actor)])
    if status is JobStatus.CANCELLED:
        await teachers.forget(tx, tx.tenant, job_id)
        tx.publish(TrainingCancelled(task=old.task, job_id=job_id))
    return await get(tx, job_id)


async def get(tx: Transaction, job_id: str) -> Job:
    found = await store.find(tx, _known_form(job_id))
    if found is None:
        raise _unknown(job_id)
    return found


async def list_(tx: Transaction, asked: ListJobs) -> Page[Job]:
    found = await store.list_(tx, asked, pages.uuid(asked.cursor))
    return pages.cut(found, asked.limit, lambda job: job.id)


async def list_lines(tx: Transaction, asked: ListJobEvents) -> Page[JobEvent]:
    await get(tx, asked.job_id)
    limit = min(max(asked.limit, 1), 1000)
    found = await lines.list_(tx, asked.job_id, after=asked.after, limit=limit + 1)
    return pages.cut(found, limit, lambda line: str(line.number))


async def settle_registered(tx: Transaction, event: VersionRegistered) -> bool:
    """End the job that the version came from; False if it waits for no version (any more)."""
    if event.job_id is None:
        return False
    judged = " ".join(event.reasons) or f"The verdict is {event.verdict}."
    became = "; it serves now." if event.promoted else f" as a candidate. {judged}"
    message = f"Version {event.label} was registered{became}"
    task = await registrations.succeed(tx, event.job_id, event.version_id, message)
    if task is None:
        return False
    facts = event.model_dump(mode="json", include={"version_id", "number", "label", "verdict", "reasons", "promoted"})
    await stories.tell(tx, task, event.job_id, [stories.state(JobStatus.SUCCEEDED, message=message, **facts)])
    return True


def _why_not(job: Job) -> str:
    if job.status.ended:
        return f"Job {job.id} has ended already: it is {job.status}."
    return f"Job {job.id} has been trained and its version is being registered; roll the version back instead."


def _known_form(job_id: str) -> str:
    try:
        return str(UUID(job_id))
    except ValueError as wrong:
        raise _unknown(job_id) from wrong


def _unknown(job_id: str) -> UnknownJob:
    return UnknownJob(f"There is no job {job_id!r}.")
