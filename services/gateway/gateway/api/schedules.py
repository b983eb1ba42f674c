"""Where schedules of training are kept over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.page import Page
from contracts.api.schedule import NewSchedule, Schedule, ScheduleChange, ScheduledRun
from contracts.commands.schedules import (
    ChangeSchedule,
    CreateSchedule,
    DeleteSchedule,
    GetSchedule,
    ListScheduledRuns,
    ListSchedules,
)
from gateway.api import contents
from gateway.api.asker import PageOf, Trainer, TrainingKeeper
from gateway.api.contents import Editing

router = APIRouter(prefix="/v1/training/schedules", tags=["training"])


@router.get("")
async def list_schedules(keeper: TrainingKeeper, question: Annotated[ListSchedules, Query()]) -> Page[Schedule]:
    """List the schedules, newest first."""
    return await keeper.ask(question)


@router.post("", status_code=201)
async def create_schedule(trainer: Trainer, new: NewSchedule) -> Schedule:
    """Train a task at certain times."""
    return await trainer.ask(CreateSchedule(schedule=new))


@router.get("/{schedule_id}")
async def show_schedule(keeper: TrainingKeeper, schedule_id: str, response: Response) -> Schedule:
    """Show one schedule with its next times."""
    return contents.tagged(response, await keeper.ask(GetSchedule(schedule_id=schedule_id)))


@router.patch("/{schedule_id}")
async def change_schedule(trainer: Trainer, schedule_id: str, change: ScheduleChange, edit: Editing) -> Schedule:
    """Change a schedule; `enabled` pauses and resumes it."""
    asked = ChangeSchedule(schedule_id=schedule_id, change=change, seen=edit.seen)
    return edit.answer(await trainer.ask(asked))


@router.delete("/{schedule_id}", status_code=204)
async def delete_schedule(keeper: TrainingKeeper, schedule_id: str) -> None:
    """Take a schedule away."""
    await keeper.ask(DeleteSchedule(schedule_id=schedule_id))


@router.get("/{schedule_id}/runs")
async def list_scheduled_runs(keeper: TrainingKeeper, schedule_id: str, page: PageOf) -> Page[ScheduledRun]:
    """List the times that have come, newest first, with the job of each or why there was none."""
    return await keeper.ask(ListScheduledRuns(schedule_id=schedule_id, **page.model_dump()))
