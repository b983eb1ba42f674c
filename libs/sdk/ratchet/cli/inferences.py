"""Where `ratchet inference` is."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.api.inference import NewInference
from ratchet.cli import lines
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import show, show_page
from ratchet.cli.session import connected

app = group("Answers that were served.")


@command(app)
def log(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines with the fields of an inference; - reads input.")
    ] = None,
    task: Annotated[str, typer.Option(help="Name of the task, for a single answer.")] = "",
    asked: Annotated[str | None, typer.Option("--input", help="What was asked.")] = None,
    answered: Annotated[str | None, typer.Option("--output", help="What was answered.")] = None,
    version: Annotated[str | None, typer.Option(help="Id of the version that answered.")] = None,
) -> None:
    """Log answers from a file, or a single one."""
    with connected() as client:
        if file:
            accepted = lines.send(lines.read(file, NewInference), client.inferences.log_many)
        else:
            accepted = client.inferences.log(task=task, input=asked, output=answered, version_id=version)
    show(accepted, f"Accepted {accepted.accepted:,}.")


@command(app, "list")
def list_(
    task: OfTask = None,
    version: Annotated[str | None, typer.Option(help="Only of this version.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List answers, the newest first."""
    with connected() as client:
        page = client.inferences.list(task=task, version_id=version, limit=limit, cursor=cursor)
    show_page(page, "id", "task", "input", "output", "confidence", "version_id", "occurred_at")
