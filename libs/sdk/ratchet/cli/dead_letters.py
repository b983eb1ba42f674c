"""Where `ratchet dead-letters` is."""

from typing import Annotated

import typer

from contracts.service import Service
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("Messages that could not be handled.")
At = Annotated[Service, typer.Argument(metavar="SERVICE", help="trainer, registry or feedback.")]


@command(app, "list")
def list_(service: At = Service.FEEDBACK, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the dead letters of a service, the newest first."""
    with connected() as client:
        page = client.dead_letters.list(service, limit=limit, cursor=cursor)
    show_page(page, "id", "consumer", "subject", "reason", "buried_at", "replayed_at")


@command(app)
def replay(service: At, letter: Annotated[str, typer.Argument(help="Id of the dead letter.")]) -> None:
    """Hand a dead letter in again."""
    with connected() as client:
        found = client.dead_letters.replay(service, letter)
    show(found, record(found, "body"))
