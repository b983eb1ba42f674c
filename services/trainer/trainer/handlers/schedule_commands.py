"""Where commands about schedules meet their use cases."""

from chassis import editions
from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.job import NewJob
from contracts.api.page import Page
from contracts.api.schedule import Schedule, ScheduledRun
from contracts.commands.schedules import (
    ChangeSchedule,
    CreateSchedule,
    DeleteSchedule,
    GetSchedule,
    ListScheduledRuns,
    ListSchedules,
)
from trainer.handlers.job_commands import check
from trainer.predictions.desk import AskedDesk
from trainer.schedules import use


def answer(made: Answers, known_tasks: KnownTasks, desk: AskedDesk) -> None:
    """Answer the commands about schedules."""

    @made.to(CreateSchedule)
    async def create(tx: Transaction, command: CreateSchedule) -> Schedule:
        await _check(tx, NewJob(task=command.schedule.task, parameters=command.schedule.parameters))
        return await use.create(tx, command.schedule)

    @made.to(ChangeSchedule)
    async def change(tx: Transaction, command: ChangeSchedule) -> Schedule:
        if command.change.parameters:
            task = (await use.get(tx, command.schedule_id)).task
            await _check(tx, NewJob(task=task, parameters=command.change.parameters))
        thing = f"schedule/{command.schedule_id}"
        await editions.demand_seen(tx, command.seen, thing, lambda: use.get(tx, command.schedule_id))
        return await use.change(tx, command.schedule_id, command.change)

    async def _check(tx: Transaction, job: NewJob) -> None:
        await check(desk, (await known_tasks.get(tx.tenant, job.task)).kind, job)

    _answer_asking(made)


def _answer_asking(made: Answers) -> None:
    @made.to(GetSchedule)
    async def get(tx: Transaction, command: GetSchedule) -> Schedule:
        return await use.get(tx, command.schedule_id)

    @made.to(ListSchedules)
    async def list_(tx: Transaction, command: ListSchedules) -> Page[Schedule]:
        return await use.list_(tx, command)

    @made.to(ListScheduledRuns)
    async def list_runs(tx: Transaction, command: ListScheduledRuns) -> Page[ScheduledRun]:
        return await use.list_runs(tx, command)

    @made.to(DeleteSchedule)
    async def delete(tx: Transaction, command: DeleteSchedule) -> Schedule:
        return await use.delete(tx, command.schedule_id)
