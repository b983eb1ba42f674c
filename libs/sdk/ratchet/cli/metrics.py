"""Where `ratchet metrics` is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts.api.metrics import Metrics, Period
from contracts.api.metrics_export import MetricsFormat, NewMetricsExport
from contracts.errors import InvalidInput
from ratchet.cli import figures, files
from ratchet.cli.commands import alone
from ratchet.cli.output import margin, show
from ratchet.cli.session import connected
from ratchet.client import Client

_TO = ".."
_Between = tuple[datetime | None, datetime | None]


@alone
def metrics(
    task: Annotated[str | None, typer.Argument(help="Name of the task; without it, all of them together.")] = None,
    version: Annotated[str | None, typer.Option(help="Only of this version.")] = None,
    period: Annotated[Period, typer.Option(help="How far back.")] = Period.DAY,
    between: Annotated[
        str | None, typer.Option(help="A time instead, such as 2026-01-01..2026-02-01T12:30; an end may be left out.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Save each version over time as this .csv or .json file.")] = None,
) -> None:
    """Show how a task does in production, in all and by version: its numbers, its health, and what to do next."""
    since, until = _times(between)
    with connected() as client:
        if export is not None:
            wanted = NewMetricsExport(
                task=task, version=version, period=period, since=since, until=until, format=_format(export)
            )
            _export(client, export, wanted)
            return
        if between is not None:
            found = client.metrics.between(task, version=version, since=since, until=until, details=True)
        else:
            found = client.metrics.get(task, version=version, period=period, details=True)
        show(found, figures.drawn(found, _labels(client, found)))


def _export(client: Client, file: Path, wanted: NewMetricsExport) -> None:
    with files.bar("Exporting") as tell:
        client.metrics.export(file, wanted, on_progress=tell)
    margin().print(f"Saved {file}.")


def _labels(client: Client, found: Metrics) -> dict[str, str]:
    if found.task is None:
        return {}
    return {each.id: each.label for each in client.versions.list(found.task, limit=1000).items}


def _format(file: Path) -> MetricsFormat:
    suffix = file.suffix.removeprefix(".").lower()
    if suffix not in set(MetricsFormat):
        raise InvalidInput.at("export", "must end in .csv or .json")
    return MetricsFormat(suffix)


def _times(between: str | None) -> _Between:
    if between is None:
        return None, None
    first, dots, last = between.partition(_TO)
    if not dots or not (first or last):
        raise InvalidInput.at("between", "must be two times with .. between them")
    return _time(first), _time(last)


def _time(said: str) -> datetime | None:
    if not said:
        return None
    try:
        read = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise InvalidInput.at("between", f"{said!r} is not a time, such as 2026-01-31T12:30") from wrong
    return (read if read.tzinfo else read.astimezone()).astimezone(UTC)
