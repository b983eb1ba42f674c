"""Where `ratchet model` is: versions, and which of them serves."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from contracts.api.download import TableFormat
from contracts.api.route import Arm, Route
from contracts.api.version import Version, VersionStatus
from ratchet.cli import curating, files, labels
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import console, for_programs, hint_at_next, record, show, show_object, table
from ratchet.cli.session import connected

app = group("Versions, and which of them serves.")
OfOneTask = Annotated[str, typer.Argument(help="Name of the task.")]
To = Annotated[Path | None, typer.Option("--to", help="File to write; without it, one named after the version.")]
VersionId = Annotated[str, typer.Argument(metavar="VERSION", help="Id of the version.")]
curating.add(app)


@command(app, "list")
def list_(
    task: OfOneTask,
    status: Annotated[VersionStatus | None, typer.Option(help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List the versions of a task."""
    with connected() as client:
        page = client.versions.list(task, status=status, limit=limit, cursor=cursor)
    told = [each.model_copy(update={"erasures": _erased(each)}) for each in page.items]
    flags = ("erasures",) if any(each.erasures for each in page.items) else ()
    show(page, table(told, "number", "label", "status", "id", *flags, "metrics", "created_at"))
    hint_at_next(page)


@command(app, "show")
def show_(version: VersionId) -> None:
    """Show one version with its metrics, its lineage and the gate's verdict."""
    with connected() as client:
        found = client.versions.get(version)
    show(found, record(found, "card"))


@command(app)
def promote(
    version: VersionId,
    percent: Annotated[float, typer.Argument(help="Per cent of the units; 100 makes it the champion.")] = 100.0,
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "promoted by an admin",
) -> None:
    """Make a version the champion of its task, or give it some per cent of the units."""
    with connected() as client:
        _show_route(client.versions.promote(version, traffic_percent=percent, reason=reason))


@command(app)
def canary(
    version: VersionId,
    percent: Annotated[float, typer.Argument(help="Per cent of the units.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "canary set by an admin",
) -> None:
    """Give a version some per cent of the units; guardrails take it back by themselves."""
    with connected() as client:
        _show_route(client.versions.canary(version, traffic_percent=percent, reason=reason))


@command(app)
def rollback(
    task: OfOneTask,
    to: Annotated[str | None, typer.Option(help="Id or label of an earlier champion, if not the previous.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "rolled back by an admin",
) -> None:
    """Put an earlier champion back, at once."""
    with connected() as client:
        champion = labels.version_id(client, task, to) if to else None
        _show_route(client.routes.roll_back(task, to=champion, reason=reason))


@command(app)
def history(task: OfOneTask, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List what served when, who changed it and why."""
    with connected() as client:
        page = client.routes.history(task, limit=limit, cursor=cursor)
    told = [each.model_copy(update={"arms": tuple(map(_arm, each.arms))}) for each in page.items]
    show(page, table(told, "revision", "since", "until", "arms", "actor", "reason"))
    hint_at_next(page)


@command(app)
def serving(
    task: OfOneTask, at: Annotated[datetime | None, typer.Option(help="At this time; without it, now.")] = None
) -> None:
    """Show what serves a task, or what served it at a time."""
    with connected() as client:
        if at is None:
            _show_route(client.routes.get(task))
            return
        found = client.routes.serving(task, at_time=at.astimezone())
    show(found, record(found))


def _erased(version: Version) -> str:
    rows = sum(each.rows for each in version.erasures)
    return f"{rows:,} of its rows were erased" if version.erasures else ""


def _arm(arm: Arm) -> str:
    return f"{arm.label} ({arm.weight:.0%})"


def _show_route(route: Route) -> None:
    show(route, record(route, "salt"))


@command(app)
def card(version: VersionId) -> None:
    """Print the model card of a version as JSON."""
    with connected() as client:
        show_object(client.versions.card(version))


@command(app)
def lineage(version: VersionId) -> None:
    """Print what a version was made of, as JSON."""
    with connected() as client:
        show_object(client.versions.lineage(version))


@command(app)
def download(version: VersionId, to: To = None) -> None:
    """Download the bytes of a version."""
    with connected() as client, files.bar("Downloading") as tell:
        found = client.versions.get(version)
        saved = client.versions.download(version, to or Path(f"{found.task}-{found.label}.artifact"), on_progress=tell)
    _show_saved(saved)


@command(app)
def forecast(
    version: VersionId,
    to: To = None,
    sort: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.CSV,
) -> None:
    """Download the forecasts of every series of a version."""
    with connected() as client, files.bar("Downloading") as tell:
        found = client.versions.get(version)
        place = to or Path(f"{found.task}-{found.label}.{sort}")
        saved = client.versions.forecast(version, place, format=sort, on_progress=tell)
    _show_saved(saved)


def _show_saved(saved: Path) -> None:
    size = saved.stat().st_size
    if for_programs():
        show_object({"file": str(saved), "size": size})
    else:
        console().print(f"{saved} was written: {size:,} bytes.", markup=False)
