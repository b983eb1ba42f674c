"""Where `ratchet monitors` is: by which numbers tasks are watched."""

from typing import Annotated

import typer
from rich.table import Table

from contracts.api.metrics import Period
from contracts.api.monitor import Monitors, written
from ratchet.cli import settings
from ratchet.cli.cells import cell
from ratchet.cli.commands import command, group
from ratchet.cli.output import show
from ratchet.cli.session import connected

app = group("By which numbers tasks are watched, and from where on that alarms.")
OfOneTask = Annotated[str, typer.Argument(help="Name of the task.")]
Metric = Annotated[str, typer.Argument(help="What is watched, such as error_rate.")]
Back = Annotated[Period, typer.Option(help="How far back live numbers look: hour, day or week.")]


@command(app, "show")
def show_(task: OfOneTask) -> None:
    """Show by which numbers a task is watched."""
    with connected() as client:
        _show(client.health.monitors(task))


@command(app, "set")
def set_(
    task: OfOneTask,
    metric: Metric,
    values: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE…", help="Such as warning=0.02 alert=0.05 min_samples=50.")
    ],
    period: Back = Period.DAY,
) -> None:
    """Change a monitor of a task, or add it."""
    with connected() as client:
        found = client.health.monitors(task)
        monitors = {each.key: each.model_dump() for each in found.monitors}
        named = {"metric": metric, "period": period}
        changed = monitors.get(f"{metric}/{period}", named) | settings.read(values) | named
        monitors[f"{metric}/{period}"] = changed
        _show(client.health.set_monitors(task, monitors.values(), revision=found.revision))


@command(app)
def remove(task: OfOneTask, metric: Metric, period: Back = Period.DAY) -> None:
    """Watch a number no longer."""
    with connected() as client:
        found = client.health.monitors(task)
        kept = [each for each in found.monitors if each.key != f"{metric}/{period}"]
        _show(client.health.set_monitors(task, kept, revision=found.revision))


def _show(found: Monitors) -> None:
    drawn = Table("metric", "enabled", "warning", "alert", "in the last", "min samples")
    for each in found.monitors:
        limits = (f"{each.direction} {written(each.metric, limit)}" for limit in (each.warning, each.alert))
        enabled = "yes" if each.enabled else "no"
        drawn.add_row(*map(cell, (each.metric, enabled, *limits, each.period, f"{each.min_samples:,}")))
    drawn.caption = f"Revision {found.revision}." if found.revision else "The defaults; nobody has set any."
    drawn.caption_justify = "left"
    show(found, drawn)
