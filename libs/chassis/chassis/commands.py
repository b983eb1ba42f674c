"""Where `ratchet db` is: schemas are migrated by hand, and compared with what the migrations give."""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import structlog
import typer

from contracts.service import Service

app = typer.Typer(help="Look after the Postgres schemas.", no_args_is_help=True)


@app.callback()
def quietly() -> None:
    """Look after the Postgres schemas."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


PostgresUrl = Annotated[
    str, typer.Option("--postgres-url", envvar="RATCHET_POSTGRES_URL", help="A superuser's URL of Ratchet's database.")
]


@app.command()
def migrate(postgres_url: PostgresUrl = "") -> None:
    """Apply the migrations that are missing; services do the same when they start."""
    from chassis import migrations  # noqa: PLC0415 (the command line starts faster)

    url = postgres_url or _local_url()
    for service in Service:
        applied = asyncio.run(migrations.migrate(url, service, role=service))
        typer.echo(f"{service}: {', '.join(applied) or 'up to date'}")


@app.command()
def verify(postgres_url: PostgresUrl = "") -> None:
    """Name every difference between the live schemas and what the migrations give; exit code 1 if there is one."""
    from chassis import shadow  # noqa: PLC0415

    differences = asyncio.run(shadow.verify(postgres_url or _local_url()))
    for service, lines in differences.items():
        typer.echo(f"{service}: {'as migrated' if not lines else ''}")
        for line in lines:
            typer.echo(f"  {line}")
    raise typer.Exit(1 if any(differences.values()) else 0)


def _local_url() -> str:
    for file in _local_files():
        if file.exists():
            return json.loads(file.read_text())["postgres_url"]
    raise typer.BadParameter("there is no local stack here; give --postgres-url or RATCHET_POSTGRES_URL")


def _local_files() -> Iterator[Path]:
    home = os.environ.get("RATCHET_HOME")
    folders = [Path(home)] if home else [folder / ".ratchet" for folder in (Path.cwd(), *Path.cwd().parents)]
    return (folder / "local.json" for folder in folders)
