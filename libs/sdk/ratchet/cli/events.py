"""Where `ratchet events` is."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from contracts.api.live_event import GAP, LiveEvent
from ratchet.cli.commands import OfTask, command, group
from ratchet.cli.moments import moment
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
    since: Annotated[str | None, typer.Option(help="Begin so long ago (2h, 7d), or at a time.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on after the event with this position (see --json).")] = None,
) -> None:
    """Follow the tenant's events until Ctrl-C, across restarts of the gateway."""
    begin = moment(since, "since")
    with connected() as client:
        show_events(client.events.tail(types=types or (), task=task, since=begin, after=after))


def show_events(told: Iterable[LiveEvent]) -> None:
    """Show events as they come, a line each."""
    for event in told:
        show_line(event, _drawn(event))


def _drawn(event: LiveEvent) -> Text:
    time = (event.at.astimezone().strftime("%H:%M:%S "), "dim")
    if event.type == GAP:
        return Text.assemble(time, (str(event.content.get("reason")), "yellow"))
    return Text.assemble(time, (f"{event.type} ", "bold"), described(event.content))
