"""Where `ratchet task` is."""

from typing import Annotated

import typer

from contracts.api.task import TaskChange
from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import console, for_programs, record, show, show_object, show_page
from ratchet.cli.session import connected
from ratchet.wire.noun import filled

app = group("What AIs do for the tenant.")
OfTask = Annotated[str, typer.Argument(help="Name of the task.")]


@command(app)
def create(
    task: Annotated[str, typer.Argument(help="Name, such as ticket-category.")],
    kind: Annotated[str, typer.Option(help="How it is trained; see: ratchet train kinds.")] = "classification",
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    param: Annotated[list[str] | None, typer.Option(help="Training parameter, name=value.")] = None,
    auto_approve: Annotated[float | None, typer.Option(help="Quality from which corrections need no review.")] = None,
) -> None:
    """Create a task."""
    with connected() as client:
        made = client.tasks.create(
            key=task,
            kind=kind,
            description=description,
            parameters=settings.read(param or ()),
            auto_approve_quality=auto_approve,
        )
    show(made, record(made))


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the tasks."""
    with connected() as client:
        show_page(client.tasks.list(limit=limit, cursor=cursor), "key", "kind", "name", "created_by", "created_at")


@command(app, "show")
def show_(task: OfTask) -> None:
    """Show one task."""
    with connected() as client:
        found = client.tasks.get(task)
    show(found, record(found))


@command(app)
def change(
    task: OfTask,
    field: Annotated[list[str], typer.Argument(help="What to change, name=value; see above.")],
    revision: Revision = None,
) -> None:
    """Change a task: approvals=1 minimum_gain=0.01 block_on_slice_regression=true keep_versions=20 name=Tickets.

    Others are description, parameters (JSON), auto_approve_quality, default_version: the id of the version that serves
    while none is routed, and release: the terms by which what passed the gate is rolled out by itself, such as
    'release={"steps": [10, 50, 100], "goal": "accuracy"}'. The last three may be null.
    """
    order = filled(TaskChange, **settings.read(field))
    with connected() as client:
        changed = client.tasks.change_if(revision, task, order)
    show(changed, record(changed))


@command(app)
def delete(
    task: OfTask, *, force: Annotated[bool, typer.Option("--force", help="Even if a version serves.")] = False
) -> None:
    """Take a task away for good; its history is kept and its name stays taken."""
    with connected() as client:
        client.tasks.delete(task, force=force)
    if for_programs():
        show_object({"deleted": task})
    else:
        console().print(f"{task} was deleted.", markup=False)
