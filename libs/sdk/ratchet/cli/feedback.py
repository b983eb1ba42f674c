"""Where `ratchet feedback` is."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.api.feedback import Aside, FeedbackVerdict, NewFeedback
from contracts.api.metrics import Period
from ratchet.cli import lines, settings
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("Opinions about served answers.")


@command(app)
def send(
    file: Annotated[Path | None, typer.Argument(help="JSON lines with the fields of feedback; - reads input.")] = None,
    task: Annotated[str, typer.Option(help="Name of the task, for a single opinion.")] = "",
    inference: Annotated[str | None, typer.Option(help="Id of the answer it is about.")] = None,
    verdict: Annotated[FeedbackVerdict | None, typer.Option(help="Whether the answer was right.")] = None,
    correction: Annotated[str | None, typer.Option(help="The ideal answer.")] = None,
) -> None:
    """Send opinions from a file, or a single one."""
    with connected() as client:
        if file:
            accepted = lines.send(lines.read(file, NewFeedback), client.feedback.send_many)
        else:
            accepted = client.feedback.send(task=task, inference_id=inference, verdict=verdict, correction=correction)
    show(accepted, f"Accepted {accepted.accepted:,}.")


@command(app, "list")
def list_(
    task: OfTask = None,
    inference: Annotated[str | None, typer.Option(help="All that was said about this answer.")] = None,
    only: Annotated[
        Aside | None, typer.Option(help="Only those whose answers have not come, or that came too late to count.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List opinions, the newest first; what does not stand was said again later, or came too late."""
    with connected() as client:
        page = client.feedback.list(task=task, inference_id=inference, only=only, limit=limit, cursor=cursor)
    told = ("verdict", "correction", "metric", "value", "comment", "by", "source", "occurred_at")
    show_page(page, "key", "task", "counts", *told, "superseded_by")


@command(app)
def stats(
    task: OfTask = None,
    version: Annotated[str | None, typer.Option(help="Only of this version.")] = None,
    group_by: Annotated[str, typer.Option(help="verdict, operation, source or version_id.")] = "verdict",
    period: Annotated[Period, typer.Option(help="How far back.")] = Period.ALL,
) -> None:
    """Count opinions by a column."""
    with connected() as client:
        found = client.feedback.stats(task=task, version=version, group_by=group_by, period=period)
    show(found, record(found))


@command(app)
def policy(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    change: Annotated[
        list[str] | None, typer.Option("--set", help="Change a field, such as attribution_window_days=7.")
    ] = None,
) -> None:
    """Show how the feedback of a task counts, or change it."""
    with connected() as client:
        found = client.feedback.policy(task)
        if change:
            found = client.feedback.set_policy(task, **{**found.model_dump(), **settings.read(change)})
    show(found, record(found))
