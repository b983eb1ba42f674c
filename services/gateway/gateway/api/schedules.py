"""Where schedules of training are kept over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

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
from gateway.api.asker import PageOf, Trainer

router = APIRouter(prefix="/v1/training/schedules", tags=["training"])


@router.get("")
async def list_schedules(trainer: Trainer, question: Annotated[ListSchedules, Query()]) -> Page[Schedule]:
    """List the schedules, newest first."""
    return await trainer.ask(question)


@router.post("", status_code=201)
async def create_schedule(trainer: Trainer, new: NewSchedule) -> Schedule:
    """Train a task at certain times."""
    return await trainer.ask(CreateSchedule(schedule=new))


@router.get("/{schedule_id}")
async def show_schedule(trainer: Trainer, schedule_id: str) -> Schedule:
    """Show one schedule with its next times."""
    return await trainer.ask(GetSchedule(schedule_id=schedule_id))


@router.patch("/{schedule_id}")
async def change_schedule(trainer: Trainer, schedule_id: str, change: ScheduleChange) -> Schedule:
    """Change a schedule; `enabled` pauses and resumes it."""
    return await trainer.ask(ChangeSchedule(schedule_id=schedule_id, change=change))


@router.delete("/{schedule_id}", status_code=204)
async def delete_schedule(trainer: Trainer, schedule_id: str) -> None:
    """Take a schedule away."""
    await trainer.ask(DeleteSchedule(schedule_id=schedule_id))


@router.get("/{schedule_id}/runs")
async def list_scheduled_runs(trainer: Trainer, schedule_id: str, page: PageOf) -> Page[ScheduledRun]:
    """List the times that have come, newest first, with the job of each or why there was none."""
    return await trainer.ask(ListScheduledRuns(schedule_id=schedule_id, **page.model_dump()))
