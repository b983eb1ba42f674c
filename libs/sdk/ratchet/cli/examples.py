"""Where `ratchet examples` is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.api.example import Example, ExampleStatus, NewExample, ReviewVerdict
from contracts.api.page import Page
from contracts.errors import InvalidInput
from ratchet.cli import lines
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("What is worth training on, and its review.")
_MOST = 1000


@command(app, "list")
def list_(
    task: OfTask = None,
    status: Annotated[ExampleStatus | None, typer.Option(help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List examples, the newest first."""
    with connected() as client:
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
def review(
    ids: Annotated[list[str] | None, typer.Argument(metavar="EXAMPLE…", help="Ids of examples.")] = None,
    *,
    reject: Annotated[bool, typer.Option("--reject", help="Reject them; otherwise they are approved.")] = False,
    note: Annotated[str | None, typer.Option(help="Why; kept with the examples.")] = None,
    all_of: Annotated[str | None, typer.Option(metavar="TASK", help="Up to 1,000 that wait in this task.")] = None,
) -> None:
    """Approve or reject examples that wait for review."""
    verdict = ReviewVerdict.REJECT if reject else ReviewVerdict.APPROVE
    with connected() as client:
        chosen = list(ids or ())
        if all_of:
            waiting = client.examples.list(task=all_of, status=ExampleStatus.PENDING, limit=_MOST)
            chosen += [example.id for example in waiting.items]
        if not chosen:
            raise InvalidInput("Nothing to review: name examples, or a task with --all-of that has some waiting.")
        done = client.examples.review_many(chosen, verdict=verdict, note=note)
    show(done, f"Reviewed {done.reviewed:,} of {len(chosen):,}.")


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
