"""Where `ratchet health` is: how tasks do, what is wrong, and what to do about that."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.health import HealthStatus, Overview, Reading, TaskHealth, VersionHealth
from contracts.api.monitor import written
from ratchet.cli.cells import cell
from ratchet.cli.commands import alone
from ratchet.cli.output import show, table
from ratchet.cli.session import connected


@alone
def health(
    task: Annotated[str | None, typer.Argument(help="Name of the task; without it, all of them.")] = None,
) -> None:
    """Show how tasks do, what is wrong, and what to do about that."""
    with connected() as client:
        if task is None:
            overview = client.health.overview()
            show(overview, _overview(overview))
            return
        found = client.health.of_task(task)
    show(found, _task(found))


def _overview(found: Overview) -> RenderableType:
    counts = [Text.assemble(cell(status), f" {found.counts[status]:,}   ") for status in HealthStatus]
    line = Text.assemble(*counts, f"open alerts {found.open_alerts:,}")
    return Group(line, table(found.tasks, "task", "status", "issue", "issues", "open_alerts", "as_of"))


def _task(found: TaskHealth) -> RenderableType:
    alerts = f"   {found.open_alerts:,} open alerts" if found.open_alerts else ""
    since = f" since {cell(found.changes[0].at)}" if found.changes else ""
    head = Text.assemble(
        (found.task, "bold"), " is ", cell(found.status), f"{since}, as of {cell(found.as_of)}{alerts}"
    )
    return Group(head, *_issues(found), *_recommendations(found), *_versions(found))


def _issues(found: TaskHealth) -> Iterable[RenderableType]:
    for each in found.issues:
        yield Text.assemble("  ", cell(each.severity), f"  {each.sentence}")


def _recommendations(found: TaskHealth) -> Iterable[RenderableType]:
    if found.recommendations:
        listed = Table.grid(padding=(0, 2))
        for each in found.recommendations:
            listed.add_row("", each.sentence, Text(each.command, style="cyan"))
        yield Text("What to do", style="bold")
        yield listed


def _versions(found: TaskHealth) -> Iterable[RenderableType]:
    for each in found.versions:
        yield Text()
        yield Text.assemble("Version ", (each.label, "bold"), " is ", cell(each.status), f": {_traffic(each)}")
        yield _readings(each.readings)
    if found.readings:
        yield Text("\nThe task as a whole")
        yield _readings(found.readings)


def _traffic(version: VersionHealth) -> str:
    facts = [f"{version.weight:.0%} of the units", f"{version.age_days:.1f} days old"]
    if version.inferences is not None:
        facts.append(f"{version.inferences:,} answers and {version.feedback or 0:,} opinions in the last day")
    if version.cost_usd is not None:
        facts.append(f"cost ${version.cost_usd:,.4g}")
    if version.unknown_costs:
        facts.append(f"cost of {version.unknown_costs:,} unknown")
    return ", ".join(facts)


def _readings(readings: Iterable[Reading]) -> Table:
    drawn = Table("monitor", "state", "value", "warning", "alert", "samples", "in the last", "note")
    for each in readings:
        value = None if each.value is None else written(each.metric, each.value)
        limits = (f"{each.direction} {written(each.metric, limit)}" for limit in (each.warning, each.alert))
        count = None if each.n is None else f"{each.n:,}"
        drawn.add_row(*map(cell, (each.metric, each.state, value, *limits, count, each.period, each.note)))
    return drawn
