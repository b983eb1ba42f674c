"""Where schedules are made, fired by several trainers at once, missed, paused and taken away."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.database import Transaction
from chassis.testing.parts import caller
from chassis.testing.waiting import eventually
from contracts.api.job import Job, JobStatus, NewJob
from contracts.api.schedule import Missed, NewSchedule, Schedule, ScheduleChange
from contracts.commands.schedules import (
    ChangeSchedule,
    CreateSchedule,
    DeleteSchedule,
    GetSchedule,
    ListScheduledRuns,
    ListSchedules,
)
from contracts.errors import InvalidInput, Stale, UnknownSchedule, UnknownTask
from contracts.etags import etag
from tests.trainer.stage import Stage
from trainer import jobs
from trainer.schedules import firing, use
from trainer.worker.workplace import Workplace

SELDOM = f"0 0 1 {(datetime.now(UTC).month + 5) % 12 + 1} *"
"""Half a year away, so that none of its times comes by itself during a test."""


async def start(tx: Transaction, new: NewJob) -> Job:
    return await jobs.start(tx, "endless", new)


@pytest.fixture
async def scheduled(stage: Stage) -> Schedule:
    await stage.create_task("endless")
    return await create(stage)


async def create(stage: Stage, **others: Any) -> Schedule:
    return await stage.ask(CreateSchedule(schedule=NewSchedule(task="tickets", cron=SELDOM, **others)))


async def change(stage: Stage, schedule: Schedule, **wanted: Any) -> Schedule:
    return await stage.ask(ChangeSchedule(schedule_id=schedule.id, change=ScheduleChange(**wanted)))


async def test_of_changes_with_the_same_in_view_one_is_made(stage: Stage, scheduled: Schedule) -> None:
    seen = etag(await stage.ask(GetSchedule(schedule_id=scheduled.id)))

    changes = [ScheduleChange(cron=f"{minute} {SELDOM[2:]}") for minute in (5, 6, 7)]
    asked = [stage.ask(ChangeSchedule(schedule_id=scheduled.id, change=each, seen=seen)) for each in changes]
    said = await asyncio.gather(*asked, return_exceptions=True)

    assert [type(each) for each in said].count(Stale) == 2


async def make_due(place: Workplace, schedule: Schedule, ago: timedelta = timedelta(seconds=1)) -> datetime:
    due_at = datetime.now(UTC) - ago
    async with place.parts.database.transaction("acme") as tx:
        await tx.execute("UPDATE schedules SET next_at = $2 WHERE id = $1::uuid", schedule.id, due_at)
    return due_at


async def fired(place: Workplace, stage: Stage, schedule: Schedule) -> Schedule:
    """Fire as several trainers would at the same moment, the running one too; wait for whoever is first."""
    await asyncio.gather(*(firing.fire_due(place.parts.database, start) for _ in range(4)))

    async def look() -> Schedule | None:
        found = await stage.ask(GetSchedule(schedule_id=schedule.id))
        return found if found.last_run else None

    return await eventually(look)


async def test_a_schedule_shows_its_next_five_times(scheduled: Schedule) -> None:
    coming = scheduled.next_runs

    assert len(coming) == 5
    assert all(time > datetime.now(UTC) and time.minute == 0 for time in coming)
    assert (scheduled.enabled, scheduled.timezone, scheduled.last_run) == (True, "UTC", None)


async def test_a_time_that_has_come_starts_one_job_however_many_trainers_look(
    place: Workplace, stage: Stage, scheduled: Schedule
) -> None:
    due_at = await make_due(place, scheduled)

    shown = await fired(place, stage, scheduled)
    runs = (await stage.ask(ListScheduledRuns(schedule_id=scheduled.id))).items

    assert shown.last_run
    assert (shown.last_run.outcome, shown.last_run.due_at) == ("started", due_at)
    assert [run.job_id for run in runs] == [shown.last_run.job_id]
    job = await stage.job(runs[0].job_id or "")
    assert (job.task, job.requested_by, job.reason) == ("tickets", "schedule", f"schedule {SELDOM} (UTC)")


async def test_a_job_under_way_is_no_reason_to_start_another(
    place: Workplace, stage: Stage, scheduled: Schedule
) -> None:
    running = await stage.start()
    await make_due(place, scheduled)

    shown = await fired(place, stage, scheduled)

    assert shown.last_run
    assert shown.last_run.job_id is None
    assert running.id in shown.last_run.outcome


async def test_a_missed_time_is_made_up_for_once_or_skipped_as_the_schedule_says(
    place: Workplace, stage: Stage, scheduled: Schedule
) -> None:
    skipping = await create(stage, missed=Missed.SKIP)
    for schedule in (scheduled, skipping):
        await make_due(place, schedule, timedelta(hours=7))

    once, skipped = await fired(place, stage, scheduled), await fired(place, stage, skipping)

    assert once.last_run
    assert (once.last_run.outcome, once.last_run.job_id is None) == ("started 7 hours late", False)
    assert skipped.last_run
    assert (skipped.last_run.outcome, skipped.last_run.job_id) == ("missed: no trainer ran until 7 hours later", None)


async def test_a_paused_schedule_does_not_fire_and_resumes_with_times_to_come(
    place: Workplace, stage: Stage, scheduled: Schedule
) -> None:
    async with place.parts.database.transaction("acme") as tx:
        await tx.execute("UPDATE schedules SET next_at = now() WHERE id = $1::uuid", scheduled.id)
        paused = await use.change(tx, scheduled.id, ScheduleChange(enabled=False))

    dealt_with = await firing.fire_due(place.parts.database, start)
    resumed = await change(stage, scheduled, enabled=True)

    assert (paused.next_runs, dealt_with, resumed.last_run) == ((), 0, None)
    assert resumed.next_runs[0] > datetime.now(UTC)


async def test_the_running_trainer_fires_by_itself(place: Workplace, stage: Stage) -> None:
    await stage.create_task("quick", task="other")
    schedule = await stage.ask(CreateSchedule(schedule=NewSchedule(task="other", cron=SELDOM)))
    await make_due(place, schedule)

    async def started() -> str | None:
        run = (await stage.ask(GetSchedule(schedule_id=schedule.id))).last_run
        return run.job_id if run else None

    job_id = await eventually(started)
    job = await stage.job_that(job_id, lambda job: job.status is JobStatus.RUNNING)

    assert job.task == "other"


async def test_wrong_schedules_are_refused_by_field(stage: Stage, scheduled: Schedule) -> None:
    with pytest.raises(InvalidInput, match="cron: "):
        await change(stage, scheduled, cron="0 25 * * *")
    with pytest.raises(InvalidInput, match="timezone: "):
        await create(stage, timezone="Nowhere")
    with pytest.raises(InvalidInput, match="colour"):
        await create(stage, parameters={"colour": "red"})
    with pytest.raises(UnknownTask):
        await stage.ask(CreateSchedule(schedule=NewSchedule(task="nothing", cron=SELDOM)))


async def test_nobody_sees_or_changes_another_tenants_schedules(stage: Stage, scheduled: Schedule) -> None:
    stranger = caller("other")

    with pytest.raises(UnknownSchedule):
        await stage.ask(GetSchedule(schedule_id=scheduled.id), stranger)
    with pytest.raises(UnknownSchedule):
        await stage.ask(DeleteSchedule(schedule_id=scheduled.id), stranger)
    assert (await stage.ask(ListSchedules(), stranger)).items == ()


async def test_a_schedule_taken_away_is_gone_with_its_runs(place: Workplace, stage: Stage, scheduled: Schedule) -> None:
    await make_due(place, scheduled)
    await fired(place, stage, scheduled)

    await stage.ask(DeleteSchedule(schedule_id=scheduled.id))

    with pytest.raises(UnknownSchedule):
        await stage.ask(ListScheduledRuns(schedule_id=scheduled.id))
    with pytest.raises(UnknownSchedule):
        await stage.ask(GetSchedule(schedule_id="not an id"))
