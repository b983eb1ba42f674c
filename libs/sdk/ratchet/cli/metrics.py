"""Where `ratchet metrics` is."""

from typing import Annotated

import typer
from rich.table import Table

from contracts.api.metrics import Metrics, Period, VersionMetrics
from ratchet.cli.cells import cell
from ratchet.cli.commands import alone
from ratchet.cli.output import show
from ratchet.cli.session import connected

_ROWS = ("inferences", "conversations", "errors", "mean_confidence", "feedback")


@alone
def metrics(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    version: Annotated[str | None, typer.Option(help="Only of this version.")] = None,
    period: Annotated[Period, typer.Option(help="How far back.")] = Period.DAY,
) -> None:
    """Show how a task does in production, in all and by version."""
    with connected() as client:
        found = client.metrics.get(task, version=version, period=period)
        labels = {each.id: each.label for each in client.versions.list(task, limit=1000).items}
    show(found, _drawn(found, labels))


def _drawn(found: Metrics, labels: dict[str, str]) -> Table:
    names = (labels.get(each.version_id or "", each.version_id) or "no version" for each in found.versions)
    drawn = Table("", "together", *names)
    measured = (found.metrics, *found.versions)
    for name, values in _rows(measured).items():
        drawn.add_row(name.replace("_", " "), *(cell(value) for value in values))
    return drawn


def _rows(measured: tuple[VersionMetrics, ...]) -> dict[str, list[object]]:
    parts = [_numbers(each) for each in measured]
    return {name: [part[name] for part in parts] for name in parts[0]}


def _numbers(measured: VersionMetrics) -> dict[str, object]:
    plain = {name: getattr(measured, name) for name in _ROWS}
    outcomes = {"outcomes": measured.success.count, "success": measured.success.rate}
    parts = (measured.classification, measured.latency, measured.cost)
    return plain | outcomes | {name: value for part in parts for name, value in part}
