"""Where commands about jobs meet their use cases."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nats.aio.client import Client

from chassis.database import Transaction
from chassis.known_settings import KnownSettings
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.example import ExampleStatus
from contracts.api.job import Job, JobEvent, NewJob
from contracts.api.page import Page
from contracts.commands.examples import CountExamples
from contracts.commands.jobs import CancelJob, GetJob, ListJobEvents, ListJobs, RetryJob, StartTraining
from contracts.errors import InvalidInput, NotFound, TooSlow, TrainingSwitchedOff, Unavailable
from contracts.problem import FieldProblem
from trainer import jobs
from trainer.datasets import choosing
from trainer.predictions.desk import AskedDesk

_PATIENCE_S = 1.5

Start = Callable[[Transaction, NewJob], Awaitable[Job]]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a training begins: asked for by somebody, a policy or a schedule, or again after it failed."""

    start: Start
    retry: Callable[[Transaction, str], Awaitable[Job]]


def starting(known_tasks: KnownTasks, desk: AskedDesk, nats: Client) -> Start:
    """Give what starts a job that somebody, a policy, or a schedule asks for."""

    async def start(tx: Transaction, new: NewJob) -> Job:
        """Queue a job; raises `UnknownTask`, `InvalidInput`, `AlreadyRunning`."""
        kind = (await known_tasks.get(tx.tenant, new.task)).kind
        await check(desk, kind, new)
        caller = Caller(tx.tenant, tx.cause)
        choice = await choosing.choose(tx, new, lambda: _has_examples(nats, CountExamples(task=new.task), caller))
        return await jobs.start(tx, kind, new, choice)

    return start


def guarded(start: Start, known: KnownSettings) -> Ways:
    """Give the ways to begin a training where it is not switched off; raises `TrainingSwitchedOff` where it is."""

    async def start_here(tx: Transaction, new: NewJob) -> Job:
        refuse_where_off(known, tx.tenant)
        return await start(tx, new)

    async def retry_here(tx: Transaction, job_id: str) -> Job:
        refuse_where_off(known, tx.tenant)
        return await jobs.retry(tx, job_id)

    return Ways(start_here, retry_here)


def refuse_where_off(known: KnownSettings, tenant: str) -> None:
    """Raise `TrainingSwitchedOff` where training is switched off for all or for one tenant."""
    if not known.platform.training_enabled:
        raise TrainingSwitchedOff(
            "Training is switched off on this platform; a super admin can switch it on (setting training_enabled)."
        )
    if not known.of(tenant).training_enabled:
        raise TrainingSwitchedOff(
            f"Training is switched off for the tenant {tenant!r}, by its setting training_enabled or by its plan."
        )


async def _has_examples(nats: Client, counted: CountExamples, caller: Caller) -> bool:
    """Ask whether there are approved examples; the job that is queued while nobody knows waits for them."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return bool((await ask(nats, counted, caller)).by.get(ExampleStatus.APPROVED, 0))
    except (Unavailable, TooSlow, NotFound, TimeoutError):
        return True


def answer(made: Answers, ways: Ways) -> None:
    """Answer the commands about jobs."""

    @made.to(StartTraining)
    async def begin(tx: Transaction, command: StartTraining) -> Job:
        return await ways.start(tx, command.job)

    @made.to(GetJob)
    async def get(tx: Transaction, command: GetJob) -> Job:
        return await jobs.get(tx, command.job_id)

    @made.to(ListJobs)
    async def list_(tx: Transaction, command: ListJobs) -> Page[Job]:
        return await jobs.list_(tx, command)

    @made.to(ListJobEvents)
    async def list_lines(tx: Transaction, command: ListJobEvents) -> Page[JobEvent]:
        return await jobs.list_lines(tx, command)

    _answer_orders(made, ways)


def _answer_orders(made: Answers, ways: Ways) -> None:
    @made.to(CancelJob)
    async def cancel(tx: Transaction, command: CancelJob) -> Job:
        return await jobs.cancel(tx, command.job_id)

    @made.to(RetryJob)
    async def retry(tx: Transaction, command: RetryJob) -> Job:
        return await ways.retry(tx, command.job_id)


async def check(desk: AskedDesk, kind: str, job: NewJob) -> None:
    """Have the kind read the parameters; raises `InvalidInput` that names each that is wrong."""
    if not job.parameters:
        return
    answer = await desk.ask({"kind": kind, "parameters": job.parameters})
    if broken := answer.get("broken"):
        raise InvalidInput.at("task", broken)
    if problems := tuple(FieldProblem.model_validate(each) for each in answer["problems"]):
        raise InvalidInput("; ".join(f"{each.field}: {each.reason}" for each in problems), errors=problems)
