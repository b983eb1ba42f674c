"""Where `ratchet train schedule` is."""

from typing import Annotated, Any

import typer

from contracts.api.schedule import Missed, Schedule
from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import hint_at_next, record, show, show_page, table
from ratchet.cli.session import connected

app = group("Trainings that start at certain times.")
Id = Annotated[str, typer.Argument(metavar="SCHEDULE", help="Id of the schedule.")]
Zone = Annotated[str | None, typer.Option(help="IANA name of the zone of the times, such as Europe/Berlin.")]
Params = Annotated[list[str] | None, typer.Option("--param", help="Training parameter, name=value.")]


@command(app)
def create(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    cron: Annotated[str, typer.Argument(help='Minute, hour, day, month, weekday: "0 3 * * mon".')],
    timezone: Zone = None,
    param: Params = None,
    missed: Annotated[Missed, typer.Option(help="What to do after times at which no trainer ran.")] = Missed.ONCE,
) -> None:
    """Train a task at certain times."""
    parameters = settings.read(param or ())
    with connected() as client:
        made = client.schedules.create(
            task=task, cron=cron, timezone=timezone or "UTC", parameters=parameters, missed=missed
        )
    _show(made)


@command(app, "list")
def list_(task: OfTask = None, limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the schedules."""
    with connected() as client:
        page = client.schedules.list(task=task, limit=limit, cursor=cursor)
    soon = [each.model_copy(update={"next_runs": each.next_runs[:1]}) for each in page.items]
    show(page, table(soon, "id", "task", "cron", "enabled", "next_runs", "timezone"))
    hint_at_next(page)


@command(app, "show")
def show_(schedule: Id) -> None:
    """Show one schedule, its next times and what came of the last."""
    with connected() as client:
        _show(client.schedules.get(schedule))


@command(app)
def runs(schedule: Id, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the times that have come, with the job of each or why there was none."""
    with connected() as client:
        page = client.schedules.runs(schedule, limit=limit, cursor=cursor)
    show_page(page, "due_at", "outcome", "job_id", "at")


@command(app)
def change(
    schedule: Id,
    cron: Annotated[str | None, typer.Option(help="The new times.")] = None,
    timezone: Zone = None,
    param: Params = None,
) -> None:
    """Change the times, the zone or the parameters of a schedule."""
    given = {"cron": cron, "timezone": timezone, "parameters": settings.read(param) if param else None}
    _change(schedule, **{name: value for name, value in given.items() if value})


@command(app)
def pause(schedule: Id) -> None:
    """Let a schedule pause."""
    _change(schedule, enabled=False)


@command(app)
def resume(schedule: Id) -> None:
    """Let a schedule go on; times that have passed do not come again."""
    _change(schedule, enabled=True)


@command(app)
def delete(schedule: Id) -> None:
    """Take a schedule away."""
    with connected() as client:
        found = client.schedules.get(schedule)
        client.schedules.delete(schedule)
    show(found, f"Schedule {schedule} of task {found.task} is gone.")


def _change(schedule: str, **wanted: Any) -> None:  # noqa: ANN401 (fields of `ScheduleChange`)
    with connected() as client:
        _show(client.schedules.change(schedule, **wanted))


def _show(schedule: Schedule) -> None:
    show(schedule, record(schedule))
