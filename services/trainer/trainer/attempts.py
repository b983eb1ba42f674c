"""Where a worker takes a job, holds it, and settles it: nothing here runs while a model is fitted."""

import asyncio
from collections.abc import Sequence

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.faults import UNREACHABLE
from contracts.api.example import TrainingRow
from contracts.api.job import JobStatus
from contracts.events.training import TrainingCancelled, TrainingCompleted, TrainingFailed
from contracts.ids import new_id
from trainer import stories
from trainer.executors.outcomes import Cancelled, Faulted, Fitted, Outcome, Refused, Stopped
from trainer.store import attempts as store
from trainer.store import registrations, teachers
from trainer.store.attempts import NOWHERE, Claimed, Off
from trainer.store.lines import Line

MOST_FAILURES = 3
_PAUSE_S = 1.0
_LOST = "the worker fell silent"


async def claim(database: Database, worker: str, lease_seconds: float, off: Off = NOWHERE) -> Claimed | None:
    """Take the next job, of whatever tenant; one that cannot go on is settled at once."""
    async with database.transaction(EVERY_TENANT) as tx:
        job = await store.claim(tx, worker, lease_seconds, off)
        if job is None:
            return None
        tx.cause = job.cause
        if job.was_lost:
            await store.end(tx, job, _LOST)
        if hopeless := _hopeless(job):
            await _settle(tx, job, hopeless)
            return None
        await store.begin(tx, job, worker)
        await _tell(tx, job, _beginning(job))
    return job


def _hopeless(job: Claimed) -> Outcome | None:
    if job.status == JobStatus.CANCELLING:
        return Cancelled()
    return (
        Refused(f"It failed {MOST_FAILURES} times; the last time: {_LOST}.") if job.failures >= MOST_FAILURES else None
    )


async def beat(database: Database, job: Claimed, lease_seconds: float, told: Sequence[Line]) -> JobStatus | None:
    """Hold a job and add to its story; give its status, or None if it is no longer ours."""
    async with database.transaction(job.tenant, job.cause) as tx:
        return await _hold(tx, job, lease_seconds, told)


async def settle(database: Database, job: Claimed, outcome: Outcome, told: Sequence[Line]) -> bool:
    """Write down how an attempt ended, with the last lines of its story; False if the job is no longer ours."""
    async with database.transaction(job.tenant, job.cause) as tx:
        status = await _hold(tx, job, 0, told)
        if status:
            await _settle(tx, job, Cancelled() if status is JobStatus.CANCELLING else outcome)
    return status is not None


async def note(database: Database, job: Claimed, rows: Sequence[TrainingRow], *, is_afresh: bool) -> None:
    """Note the examples that a job trains on, however long Postgres is away; whoever calls sets the limit."""
    while True:
        try:
            async with database.transaction(job.tenant, job.cause) as tx:
                if await store.is_held(tx, job):
                    await _note(tx, job, rows, is_afresh=is_afresh)
        except UNREACHABLE:
            await asyncio.sleep(_PAUSE_S)
        else:
            return


async def _note(tx: Transaction, job: Claimed, rows: Sequence[TrainingRow], *, is_afresh: bool) -> None:
    if is_afresh:
        await teachers.forget(tx, job.tenant, job.id)
    await teachers.insert(tx, job.id, rows)


async def fail_unregistered(database: Database, minutes: float) -> int:
    """End the trained jobs whose version nobody registered in time."""
    error = f"The version was not registered within {minutes:g} minutes of the training."
    async with database.transaction(EVERY_TENANT) as tx:
        late = await registrations.fail_late(tx, minutes, error)
        for job in late:
            state = stories.state(JobStatus.FAILED, error=error)
            await stories.tell(tx, job.task, job.id, [state], tenant=job.tenant)
            tx.publish(TrainingFailed(task=job.task, job_id=job.id, error=error), tenant=job.tenant)
    return len(late)


async def _hold(tx: Transaction, job: Claimed, lease_seconds: float, told: Sequence[Line]) -> JobStatus | None:
    progress = [line.content for line in told if line.kind == "progress"]
    status = await store.beat(tx, job, lease_seconds, progress[-1] if progress else {})
    if status:
        await _tell(tx, job, told)
    return status


async def _settle(tx: Transaction, job: Claimed, outcome: Outcome) -> None:
    match outcome:
        case Fitted():
            await _complete(tx, job, outcome)
        case Cancelled():
            await _cancel(tx, job)
        case Stopped():
            await _hand_back(tx, job, "the worker was stopped", failures=job.failures)
        case Faulted(error):
            await _try_again(tx, job, error)
        case Refused(error):
            await _fail(tx, job, error)


async def _complete(tx: Transaction, job: Claimed, fitted: Fitted) -> None:
    """Hand the candidate to the registry; the job succeeds once the version is registered."""
    await store.keep_fitted(tx, job, fitted.metrics)
    if not (job.snapshot or {}).get("examples"):
        await teachers.forget(tx, job.tenant, job.id)
    await store.end(tx, job, None)
    await _tell(tx, job, [stories.progress(1, "registering", "waiting for the registry")])
    tx.publish(
        TrainingCompleted(
            task=job.task,
            job_id=job.id,
            version_id=new_id(),
            artifact=fitted.artifact,
            metrics=fitted.metrics,
            card=fitted.card,
            lineage=_lineage(job, fitted),
            paired=fitted.paired,
            comparison=fitted.comparison,
            auto_release=job.auto_release,
            reason=job.reason,
            bump=job.bump,
        ),
        tenant=job.tenant,
    )


def _lineage(job: Claimed, fitted: Fitted) -> dict[str, object]:
    snapshot = job.snapshot or {}
    return {
        "snapshot": snapshot.get("sha256"),
        "datasets": snapshot.get("datasets", []),
        "examples": snapshot.get("examples", 0),
        "rows": snapshot.get("rows"),
        "columns": sorted(snapshot.get("columns", [])),
        "job_id": job.id,
        "attempt": job.attempt,
        "parameters": job.parameters,
        "versions": fitted.versions,
    }


async def _cancel(tx: Transaction, job: Claimed) -> None:
    await store.settle(tx, job, JobStatus.CANCELLED, None)
    await teachers.forget(tx, job.tenant, job.id)
    await store.end(tx, job, None)
    await _tell(tx, job, [stories.state(JobStatus.CANCELLED)])
    tx.publish(TrainingCancelled(task=job.task, job_id=job.id), tenant=job.tenant)


async def _fail(tx: Transaction, job: Claimed, error: str) -> None:
    await store.settle(tx, job, JobStatus.FAILED, error)
    await teachers.forget(tx, job.tenant, job.id)
    await store.end(tx, job, error)
    await _tell(tx, job, [stories.state(JobStatus.FAILED, error=error)])
    tx.publish(TrainingFailed(task=job.task, job_id=job.id, error=error), tenant=job.tenant)


async def _try_again(tx: Transaction, job: Claimed, error: str) -> None:
    failures = job.failures + 1
    if failures < MOST_FAILURES:
        await _hand_back(tx, job, error, failures=failures)
    else:
        await store.end(tx, job, error)
        await _fail(tx, job, f"It failed {MOST_FAILURES} times; the last time: {error}.")


async def _hand_back(tx: Transaction, job: Claimed, error: str, *, failures: int) -> None:
    await store.hand_back(tx, job, failures=failures, pause_s=_PAUSE_S * (failures - job.failures))
    await store.end(tx, job, error)
    await _tell(tx, job, [stories.log(f"Attempt {job.attempt} ended: {error}; another attempt will be made.")])


def _beginning(job: Claimed) -> list[Line]:
    state = stories.state(JobStatus.RUNNING, attempt=job.attempt)
    lost = [stories.log(f"Attempt {job.attempt - 1} ended: {_LOST}.")] if job.was_lost else []
    return [*lost, state]


async def _tell(tx: Transaction, job: Claimed, told: Sequence[Line]) -> None:
    await stories.tell(tx, job.task, job.id, told, tenant=job.tenant)
