"""Where commands and events meet the use cases of the trainer."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from chassis.known_tasks import KnownTasks
from chassis.logging import log
from chassis.rpc.answering import Answers
from chassis.rpc.caller import Caller
from contracts.api.job import Job, JobEvent, NewJob
from contracts.api.kind import Kinds
from contracts.api.page import Page
from contracts.commands.jobs import CancelJob, GetJob, ListJobEvents, ListJobs, RetryJob, StartTraining
from contracts.commands.kinds import ListKinds
from contracts.commands.predictions import Predict
from contracts.errors import AlreadyRunning, InvalidInput, TooSlow, Unavailable
from contracts.events.release import VersionRegistered
from contracts.events.training import TrainingRequested
from contracts.problem import FieldProblem
from contracts.service import Service
from trainer import jobs
from trainer.predictions.desk import AskedDesk
from trainer.predictions.serving import Serving


def answers(known_tasks: KnownTasks, desk: AskedDesk, serving: Serving) -> Answers:
    """Give what the trainer answers."""
    made = Answers()
    _answer_jobs(made)

    @made.to(StartTraining)
    async def start(tx: Transaction, command: StartTraining) -> Job:
        kind = (await known_tasks.get(tx.tenant, command.job.task)).kind
        if command.job.parameters:
            await _check(desk, kind, command.job)
        return await jobs.start(tx, kind, command.job)

    async def list_kinds(_caller: Caller, _command: ListKinds) -> Kinds:
        return Kinds.model_validate(await desk.ask({"kinds": True}))

    made.add_without_transaction(ListKinds, list_kinds)
    made.add_without_transaction(Predict, serving.predict)
    return made


def handlers(known_tasks: KnownTasks) -> Handlers:
    """Give what the trainer does about events."""
    made = Handlers(Service.TRAINER)

    @made.on(TrainingRequested)
    async def queue_training(tx: Transaction, event: TrainingRequested) -> None:
        asked = NewJob(task=event.task, reason=event.reason[:1000], auto_release=event.auto_release)
        try:
            await jobs.start(tx, await _kind(known_tasks, tx.tenant, event.task), asked)
        except AlreadyRunning as running:
            log().info("training.not_queued", tenant=tx.tenant, task=event.task, reason=running.detail)

    @made.on(VersionRegistered)
    async def settle_job(tx: Transaction, event: VersionRegistered) -> None:
        if not await jobs.settle_registered(tx, event):
            log().info("version.of_no_job", tenant=tx.tenant, version=event.version_id, job=event.job_id)

    return made


def _answer_jobs(made: Answers) -> None:
    @made.to(GetJob)
    async def get(tx: Transaction, command: GetJob) -> Job:
        return await jobs.get(tx, command.job_id)

    @made.to(ListJobs)
    async def list_(tx: Transaction, command: ListJobs) -> Page[Job]:
        return await jobs.list_(tx, command)

    @made.to(ListJobEvents)
    async def list_lines(tx: Transaction, command: ListJobEvents) -> Page[JobEvent]:
        return await jobs.list_lines(tx, command)

    @made.to(CancelJob)
    async def cancel(tx: Transaction, command: CancelJob) -> Job:
        return await jobs.cancel(tx, command.job_id)

    @made.to(RetryJob)
    async def retry(tx: Transaction, command: RetryJob) -> Job:
        return await jobs.retry(tx, command.job_id)


async def _check(desk: AskedDesk, kind: str, job: NewJob) -> None:
    """Have the kind read the parameters; raises `InvalidInput` that names each that is wrong."""
    answer = await desk.ask({"kind": kind, "parameters": job.parameters})
    if broken := answer.get("broken"):
        raise InvalidInput.at("task", broken)
    if problems := tuple(FieldProblem.model_validate(each) for each in answer["problems"]):
        raise InvalidInput("; ".join(f"{each.field}: {each.reason}" for each in problems), errors=problems)


async def _kind(known_tasks: KnownTasks, tenant: str, task: str) -> str:
    try:
        return (await known_tasks.get(tenant, task)).kind
    except (Unavailable, TooSlow) as away:
        raise ConnectionError(away.detail) from away
