"""Where `ratchet examples` is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.api.assessment import SUSPECT_QUALITY
from contracts.api.example import Example, ExampleStatus, NewExample
from contracts.api.page import Page
from ratchet.cli import assessing, exporting, lines, queueing
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("What is worth training on, and its review.")
exporting.add(app)
assessing.add(app)
queueing.add(app)


@command(app, "list")
def list_(
    task: OfTask = None,
    status: Annotated[ExampleStatus | None, typer.Option(help="Only with this status.")] = None,
    *,
    suspect: Annotated[
        bool, typer.Option("--suspect", help="Approved ones to doubt, of a quality up to 0.5; the worst first.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List examples, the newest first."""
    with connected() as client:
        if suspect:
            page = client.examples.worst(task=task, max_quality=SUSPECT_QUALITY, limit=limit, cursor=cursor)
        else:
            page = client.examples.list(task=task, status=status, limit=limit, cursor=cursor)
    show_page(page, "id", "status", "input", "expected_output", "quality", "submitted_by", "reviewed_by")


@command(app)
def submit(
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines with the fields of an example; - reads input.")
    ] = None,
    task: Annotated[str, typer.Option(help="Name of the task, for a single example.")] = "",
    text: Annotated[str, typer.Option(help="The input.")] = "",
    label: Annotated[str, typer.Option(help="The expected output.")] = "",
) -> None:
    """Submit examples from a file, or a single one; they wait for review."""
    with connected() as client:
        if file:
            made = tuple(_submit(client, each) for each in lines.read(file, NewExample))
        else:
            made = (client.examples.submit(task=task, input=text, expected_output=label),)
    show_page(Page[Example](items=made), "id", "status", "quality", "quality_reasons")


@command(app)
def stats(task: OfTask = None) -> None:
    """Count examples by status."""
    with connected() as client:
        found = client.examples.stats(task=task)
    show(found, record(found))


def _submit(client: "Client", example: NewExample) -> Example:
    return client.examples.submit(
        task=example.task,
        input=example.input,
        expected_output=example.expected_output,
        output=example.output,
        kind=example.kind,
        source=example.source,
    )
