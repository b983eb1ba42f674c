"""Where the commands about schedules of training are declared; the trainer owns them."""

from contracts.api.page import Page
from contracts.api.schedule import NewSchedule, Schedule, ScheduleChange, ScheduledRun
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class CreateSchedule(Command[Schedule]):
    """Train at certain times; raises `UnknownTask`, `InvalidInput`."""

    subject = "schedules.create"
    owner = Service.TRAINER

    schedule: NewSchedule


class GetSchedule(Command[Schedule]):
    """Give one schedule; raises `UnknownSchedule`."""

    subject = "schedules.get"
    owner = Service.TRAINER

    schedule_id: str


class ListSchedules(Command[Page[Schedule]], Listing):
    """Give the schedules, newest first."""

    subject = "schedules.list"
    owner = Service.TRAINER

    task: str | None = None


class ChangeSchedule(Command[Schedule]):
    """Change, pause or resume a schedule.

    Raises `UnknownSchedule`, `InvalidInput`, and `Stale` unless ``seen`` is its `etag`.
    """

    subject = "schedules.change"
    owner = Service.TRAINER

    schedule_id: str
    change: ScheduleChange
    seen: str | None = None


class DeleteSchedule(Command[Schedule]):
    """Take a schedule away and give it a last time; raises `UnknownSchedule`."""

    subject = "schedules.delete"
    owner = Service.TRAINER

    schedule_id: str


class ListScheduledRuns(Command[Page[ScheduledRun]], Listing):
    """Give the times of a schedule that have come, newest first; raises `UnknownSchedule`."""

    subject = "schedules.runs"
    owner = Service.TRAINER

    schedule_id: str
