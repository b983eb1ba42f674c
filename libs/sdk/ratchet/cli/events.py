"""Where `ratchet events` is."""

from typing import Annotated

import typer
from rich.text import Text

from contracts.api.live_event import LiveEvent
from ratchet.cli.commands import OfTask, command, group
from ratchet.cli.output import show_line
from ratchet.cli.progress import described
from ratchet.cli.session import connected

app = group("What happens at this moment.")


@app.callback()
def events() -> None:
    """Keep `tail` a command of its own, as long as it is the only one."""


@command(app)
def tail(
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only of this type, such as model.promoted.")
    ] = None,
    task: OfTask = None,
) -> None:
    """Follow the tenant's events until Ctrl-C."""
    with connected() as client:
        for event in client.events.tail(types=types or (), task=task):
            show_line(event, _drawn(event))


def _drawn(event: LiveEvent) -> Text:
    return Text.assemble(
        (event.at.astimezone().strftime("%H:%M:%S "), "dim"), (f"{event.type} ", "bold"), described(event.content)
    )
