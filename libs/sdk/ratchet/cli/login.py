"""Where `ratchet login` and `ratchet me` are."""

from typing import Annotated

import typer

from ratchet import access
from ratchet.cli.commands import alone
from ratchet.cli.output import for_programs, margin, record, show
from ratchet.cli.session import connected


@alone
def login(
    url: Annotated[str, typer.Option(prompt="Address of the gateway", help="Address of the gateway.")],
    key: Annotated[str, typer.Option(prompt="API key", hide_input=True, help="API key.")],
) -> None:
    """Check a key at a gateway, and keep both for the commands to come."""
    from ratchet.client import Client  # noqa: PLC0415 (HTTP takes its time to load)

    with Client(url, key) as client:
        found = client.me()
    kept = access.keep(url, key)
    show(found, f"You are {found.actor}, {found.role} of {found.tenant}. Kept in {kept}.")


@alone
def me() -> None:
    """Show who you are to the gateway, and what you may do."""
    with connected() as client:
        found = client.me()
    show(found, record(found))
    if not for_programs():
        margin().print(f"Known from {access.find().source}", style="dim", markup=False)
