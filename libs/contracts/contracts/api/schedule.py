"""Where schedules of training are described."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from contracts.ids import Key
from contracts.message import Message, Moment, Request

Cron = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="Minute, hour, day of month, month, day of week, as cron reads them: `0 3 * * mon`.",
        examples=["0 3 * * mon"],
    ),
]
Timezone = Annotated[
    str,
    Field(max_length=100, description="IANA name of the zone that the times are in.", examples=["Europe/Berlin"]),
]
_PARAMETERS = "What the jobs are started with."
_MISSED = "What to do after a time at which no trainer ran: train once, or wait for the next time."


class Missed(StrEnum):
    """What happens to times that passed while no trainer was running."""

    ONCE = "once"
    SKIP = "skip"


class NewSchedule(Request):
    """A training to start again and again; a time in the hour that a clock change skips comes right after it."""

    task: Key
    cron: Cron
    timezone: Timezone = "UTC"
    parameters: Annotated[dict[str, Any], Field(description=_PARAMETERS)] = {}  # noqa: RUF012 (pydantic copies it)
    auto_release: Annotated[bool, Field(description="Promote versions at once if they pass the gate.")] = True
    enabled: Annotated[bool, Field(description="A schedule that is not enabled pauses.")] = True
    missed: Annotated[Missed, Field(description=_MISSED)] = Missed.ONCE


class ScheduleChange(Request):
    """The fields of a schedule to change; those not given stay."""

    cron: Cron | None = None
    timezone: Timezone | None = None
    parameters: Annotated[dict[str, Any] | None, Field(description=_PARAMETERS)] = None
    auto_release: bool | None = None
    enabled: bool | None = None
    missed: Missed | None = None


class ScheduledRun(Message):
    """One time of a schedule: the job that it started, or why there is none."""

    due_at: Moment
    at: Moment
    job_id: str | None
    outcome: str


class Schedule(Message):
    """A training that is started at certain times; ``next_runs`` are its next five, none while it pauses."""

    id: str
    task: str
    cron: str
    timezone: str
    parameters: dict[str, Any]
    auto_release: bool
    enabled: bool
    missed: Missed
    next_runs: tuple[Moment, ...]
    last_run: ScheduledRun | None
    created_at: Moment
    created_by: str
