"""Where trainings are started when their time has come, by whichever trainer is first; no time comes twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.api.job import Job, NewJob
from contracts.api.schedule import Missed, Schedule
from contracts.errors import DomainError, TooSlow, Unavailable
from contracts.event import Cause
from trainer.schedules import times
from trainer.store import schedules as store
from trainer.store.schedules import Due

LATE = timedelta(minutes=5)
"""A time that passed longer ago was missed: no trainer was running."""

_LOOK_EVERY_S = 1.0
_DUE_AT_ONCE = 100

Start = Callable[[Transaction, NewJob], Awaitable[Job]]
"""Starts a job as if somebody had asked for it."""


async def run(database: Database, start: Start) -> None:
    """Look for due schedules every second until cancelled."""
    while True:
        try:
            await fire_due(database, start)
        except UNREACHABLE as lost:
            log().warning("schedules.not_looked_at", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_LOOK_EVERY_S)


async def fire_due(database: Database, start: Start) -> int:
    """Start what is due, each in a transaction of its own tenant; give how many times were dealt with."""
    async with database.transaction(EVERY_TENANT) as tx:
        found = await store.find_due(tx, limit=_DUE_AT_ONCE)
    fired = 0
    for due in found:
        async with database.transaction(due.tenant, Cause("schedule")) as tx:
            fired += await _fire(tx, due, start)
    return fired


async def _fire(tx: Transaction, due: Due, start: Start) -> bool:
    """Deal with one time, unless another trainer has it in hand or it was changed meanwhile."""
    schedule = await store.lock_due(tx, due)
    if schedule is None:
        return False
    now = max(datetime.now(UTC), due.at)  # this clock may be behind that of Postgres, by which it is due
    outcome, job_id = await _outcome(tx, schedule, now - due.at, start)
    if outcome is None:
        return False
    await store.note(tx, due, job_id, outcome)
    await store.wind(tx, schedule.id, times.following(schedule.cron, schedule.timezone, now, 1)[0])
    log().info("schedule.fired", tenant=tx.tenant, schedule=schedule.id, job=job_id, outcome=outcome)
    return True


async def _outcome(
    tx: Transaction, schedule: Schedule, lateness: timedelta, start: Start
) -> tuple[str | None, str | None]:
    """Say in words what came of it, and which job; no words if it has to wait for a part that is away."""
    if lateness > LATE and schedule.missed is Missed.SKIP:
        return f"missed: no trainer ran until {_hours(lateness)} later", None
    reason = f"schedule {schedule.cron} ({schedule.timezone})"
    asked = NewJob(
        task=schedule.task, parameters=schedule.parameters, reason=reason, auto_release=schedule.auto_release
    )
    try:
        job = await start(tx, asked)
    except (Unavailable, TooSlow):
        return None, None
    except DomainError as refusal:
        return f"refused: {refusal.detail}", None
    return "started" if lateness <= LATE else f"started {_hours(lateness)} late", job.id


def _hours(lateness: timedelta) -> str:
    minutes = lateness.total_seconds() / 60
    return f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"  # noqa: PLR2004 (two hours)
