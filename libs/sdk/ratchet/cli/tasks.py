"""Where `ratchet task` is."""

from typing import Annotated

import typer

from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("What AIs do for the tenant.")


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
def show_(task: Annotated[str, typer.Argument(help="Name of the task.")]) -> None:
    """Show one task."""
    with connected() as client:
        found = client.tasks.get(task)
    show(found, record(found))
