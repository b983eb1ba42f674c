"""Where `ratchet session` is: where you are logged in."""

from typing import Annotated

import typer

from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import say, show_page
from ratchet.cli.session import connected

app = group("Where you are logged in.")


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List your sessions, the newest first."""
    with connected() as client:
        page = client.sessions.list(limit=limit, cursor=cursor)
    show_page(page, "current", "method", "address", "user_agent", "last_used_at", "expires_at", "id")


@command(app)
def end(session: Annotated[str, typer.Argument(metavar="SESSION", help="Id of the session.")]) -> None:
    """End one of your sessions."""
    with connected() as client:
        client.sessions.end(session)
    say({"ended": session}, "The session has ended.")


@command(app)
def end_others() -> None:
    """Log out everywhere else."""
    with connected() as client:
        client.sessions.end_others()
    say({"ended": "others"}, "All your other sessions have ended.")
