"""Where `ratchet key` is."""

from typing import Annotated

import typer

from contracts.api.access import ApiKey, Role
from contracts.api.page import Page
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import for_programs, margin, record, show, show_page
from ratchet.cli.session import connected

app = group("Who may come in.")
_COLUMNS = ("id", "name", "role", "created_by", "created_at", "last_used_at", "revoked_at")


@command(app)
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is; shown wherever it acted.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.SERVICE,
) -> None:
    """Create a key; its secret is shown this once."""
    with connected() as client:
        made = client.api_keys.create(name=name, role=role)
    show(made, record(made))
    if not for_programs():
        margin().print("Keep the secret now: it is not shown again.", style="yellow")


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the keys."""
    with connected() as client:
        show_page(client.api_keys.list(limit=limit, cursor=cursor), *_COLUMNS)


@command(app)
def revoke(key: Annotated[str, typer.Argument(help="Id of the key.")]) -> None:
    """Revoke a key, at once and for good."""
    with connected() as client:
        client.api_keys.revoke(key)
        left = client.api_keys.list(limit=1000)
    show_page(Page[ApiKey](items=tuple(each for each in left.items if each.id == key)), *_COLUMNS)
