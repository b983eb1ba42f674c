"""Where schedules are made, shown, changed and taken away, as people ask for it."""

from datetime import UTC, datetime
from uuid import UUID

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.schedule import NewSchedule, Schedule, ScheduleChange, ScheduledRun
from contracts.commands.schedules import ListScheduledRuns, ListSchedules
from contracts.errors import UnknownSchedule
from contracts.ids import new_id
from trainer.schedules import times
from trainer.store import schedules as store


async def create(tx: Transaction, new: NewSchedule) -> Schedule:
    """Add a schedule; raises `InvalidInput`."""
    schedule_id = new_id()
    await store.insert(tx, schedule_id, new, _next(new.cron, new.timezone, enabled=new.enabled))
    return await get(tx, schedule_id)


async def get(tx: Transaction, schedule_id: str) -> Schedule:
    found = await store.find(tx, _known_form(schedule_id))
    if found is None:
        raise _unknown(schedule_id)
    return _shown(found)


async def list_(tx: Transaction, asked: ListSchedules) -> Page[Schedule]:
    found = await store.list_(tx, asked, pages.uuid(asked.cursor))
    return pages.cut([_shown(each) for each in found], asked.limit, lambda schedule: schedule.id)


async def list_runs(tx: Transaction, asked: ListScheduledRuns) -> Page[ScheduledRun]:
    await get(tx, asked.schedule_id)
    before = pages.number(asked.cursor, digits=18)
    found = await store.list_runs(tx, asked.schedule_id, before=before, limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda run: str(int(run.due_at.timestamp())))


async def change(tx: Transaction, schedule_id: str, wanted: ScheduleChange) -> Schedule:
    """Change what is given; the next time is worked out anew, so that a schedule resumed fires nothing at once."""
    old = await get(tx, schedule_id)
    given = wanted.model_dump(exclude_none=True)
    new = NewSchedule.model_validate(old.model_dump(include=set(NewSchedule.model_fields)) | given)
    await store.replace(tx, schedule_id, new, _next(new.cron, new.timezone, enabled=new.enabled))
    return await get(tx, schedule_id)


async def delete(tx: Transaction, schedule_id: str) -> Schedule:
    found = await get(tx, schedule_id)
    await store.delete(tx, schedule_id)
    return found


def _next(cron: str, timezone: str, *, enabled: bool) -> datetime | None:
    now = datetime.now(UTC)
    times.check(cron, timezone, now)
    return times.following(cron, timezone, now, 1)[0] if enabled else None


def _shown(schedule: Schedule) -> Schedule:
    if not schedule.enabled:
        return schedule
    coming = times.following(schedule.cron, schedule.timezone, datetime.now(UTC))
    return schedule.model_copy(update={"next_runs": tuple(coming)})


def _known_form(schedule_id: str) -> str:
    try:
        return str(UUID(schedule_id))
    except ValueError as wrong:
        raise _unknown(schedule_id) from wrong


def _unknown(schedule_id: str) -> UnknownSchedule:
    return UnknownSchedule(f"There is no schedule {schedule_id!r}.")
