"""Where `ratchet nats` is."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from contracts.api.nats_credential import MadeNatsCredential
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import for_programs, keep_now, margin, record, show, show_page
from ratchet.cli.session import connected

app = group("With what applications connect to NATS.")
_COLUMNS = ("id", "name", "events", "created_by", "created_at", "revoked_at", "revoked_by")
_Credential = Annotated[str, typer.Argument(help="Id of the credential.")]


@command(app)
def create(
    name: Annotated[str, typer.Argument(help="Which application it is for.")],
    *,
    events: Annotated[bool, typer.Option("--events", help="Let it watch all events of the tenant.")] = False,
    save: Annotated[Path | None, typer.Option(help="Write the seed to this new file instead of showing it.")] = None,
) -> None:
    """Create a credential for one application; its seed is shown this once."""
    with _written_to(save) as file, connected() as client:
        made = client.nats_credentials.create(name=name, events=events)
        if file is not None:
            file.write(made.seed + "\n")
    _tell(made, save)


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the credentials, revoked ones too."""
    with connected() as client:
        show_page(client.nats_credentials.list(limit=limit, cursor=cursor), *_COLUMNS)


@command(app, "show")
def show_(credential: _Credential) -> None:
    """Show one credential, and what it allows."""
    with connected() as client:
        found = client.nats_credentials.get(credential)
    show(found, record(found))


@command(app)
def revoke(credential: _Credential) -> None:
    """Revoke a credential for good; who is connected with it is disconnected, and nobody else."""
    with connected() as client:
        client.nats_credentials.revoke(credential)
        found = client.nats_credentials.get(credential)
    show(found, record(found, "publish", "subscribe"))


@contextmanager
def _written_to(path: Path | None) -> Generator[TextIO | None]:
    """Open a new file that only its owner reads, before there is anything to lose; it goes again where that fails."""
    if path is None:
        yield None
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise


def _tell(made: MadeNatsCredential, saved: Path | None) -> None:
    shown = made.model_copy(update={"seed": f"in {saved}"}) if saved else made
    show(shown, record(shown, "publish", "subscribe"))
    if for_programs():
        return
    if not saved:
        keep_now("seed")
    if not made.admitted:
        margin().print("NATS could not be told yet; it is tried again every few seconds.", style="yellow")
