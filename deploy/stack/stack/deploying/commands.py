"""Where `ratchet deploy` is defined: what a production system is started with is written, and rotated."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from stack import keys
from stack.commands import AsJson
from stack.deploying import environment, writing
from stack.plan import DEFAULT_TENANT

app = typer.Typer(help="Prepare a production system.", no_args_is_help=True)


class Written(BaseModel):
    """The files that were written; first the one that the others follow from."""

    files: tuple[Path, ...]


Folder = Annotated[Path, typer.Argument(help="Folder of the secrets, which is made; keep it out of git.")]
Postgres = Annotated[
    list[str] | None,
    typer.Option(help="Address of the database, or SERVICE=ADDRESS where one has its own; repeatable, and remembered."),
]
Servers = Annotated[int | None, typer.Option(help="NATS servers that keep every stream: 1, 3 or 5; remembered.")]
Tenant = Annotated[str, typer.Option(help="The first tenant's name; counts the first time only.")]
Services = Annotated[list[str], typer.Argument(help="Services that get a new password and seed.")]


@app.callback()
def deploy() -> None:
    """Prepare a production system: docs/operations.md says how it goes on."""


@app.command(name="secrets")
def write_secrets(
    folder: Folder,
    *,
    postgres: Postgres = None,
    nats_servers: Servers = None,
    tenant: Tenant = DEFAULT_TENANT,
    json: AsJson = False,
) -> None:
    """Make the secrets that do not exist yet, and write every file that a system is started with from them."""
    before = writing.read(folder)
    known = keys.complete(before.keys if before else None, writing.names(), tenant=tenant)
    try:
        places = environment.moved(before.places if before else environment.Places(), postgres or (), nats_servers)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from fault
    _tell(writing.write(folder, known, places), json=json)


@app.command()
def rotate(folder: Folder, services: Services, *, json: AsJson = False) -> None:
    """Give services new passwords and seeds, and write every file anew; nothing else changes."""
    before = writing.read(folder)
    if before is None:
        raise typer.BadParameter(f"There are no secrets in {folder}; `ratchet deploy secrets` makes them.")
    if unknown := set(services) - set(writing.names()):
        raise typer.BadParameter(f"there is no service {', '.join(sorted(unknown))}")
    _tell(writing.write(folder, writing.rotated(before.keys, services), before.places), json=json)


def _tell(written: tuple[Path, ...], *, json: bool) -> None:
    typer.echo(Written(files=written).model_dump_json(indent=2) if json else "\n".join(map(str, written)))
