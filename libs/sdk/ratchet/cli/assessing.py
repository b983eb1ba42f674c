"""Where `ratchet examples assess` is, beside `from-inference` and `delete`."""

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from contracts.api.assessment import Assessment, AssessmentStatus
from contracts.api.example import ExampleKind
from contracts.errors import NotAllowed
from ratchet.cli.commands import command
from ratchet.cli.output import margin, record, show
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet.client import Client

_LOOK_EVERY_S = 0.5
_UNDER_WAY = frozenset({AssessmentStatus.QUEUED, AssessmentStatus.RUNNING})


def add(app: typer.Typer) -> None:
    """Add the commands to those of examples."""
    command(app, "from-inference")(from_inference)
    command(app)(delete)
    command(app)(assess)


def from_inference(
    inference: Annotated[str, typer.Argument(help="Id of the answer.")],
    label: Annotated[str | None, typer.Option(help="What it should have been; without, the answer was good.")] = None,
    kind: Annotated[ExampleKind | None, typer.Option(help="Good, bad or correction.")] = None,
    note: Annotated[str | None, typer.Option(help="Why it is one.")] = None,
) -> None:
    """Make an example of a served answer; it waits for review."""
    with connected() as client:
        made = client.examples.submit_answer(inference, expected_output=label, kind=kind, note=note)
    show(made, record(made))


def delete(
    example: Annotated[str, typer.Argument(help="Id of the example.")],
) -> None:
    """Delete an example; versions that learnt from it keep it in their lineage."""
    with connected() as client:
        client.examples.delete(example)
        gone, learners = client.examples.get(example), _learners(client, example)
    show(gone, f"Deleted.{learners}")


def assess(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    *,
    look: Annotated[bool, typer.Option("--show", help="Show the last assessment, and start none.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until it is done.")] = True,
) -> None:
    """Have a classifier that learnt from the other examples doubt each label."""
    with connected() as client:
        found = client.examples.assessment(task) if look else client.examples.assess(task)
        if wait and not look:
            found = _watch(client, found)
    show(found, record(found))
    if found.suspects:
        margin().print(f"See them with: ratchet examples list --task {task} --suspect", style="dim")


def _watch(client: "Client", found: Assessment) -> Assessment:
    with Progress(console=margin(), transient=True, disable=not margin().is_terminal) as progress:
        bar = progress.add_task(found.status, total=1.0)
        while found.status in _UNDER_WAY:
            time.sleep(_LOOK_EVERY_S)
            found = client.examples.assessment(found.task)
            progress.update(bar, description=found.status, completed=found.progress)
    return found


def _learners(client: "Client", example: str) -> str:
    try:
        found = client.examples.versions(example)
    except NotAllowed:
        return ""
    count = f"{len(found.items)}{' or more' if found.next_cursor else ''}"
    return f" Versions that learnt from it, and keep it in their lineage: {count}." if found.items else ""
