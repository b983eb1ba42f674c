"""Where `ratchet up`, `down` and `status` are defined."""

from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.live import Live

from chassis.embedded.accounts import NoUnprivilegedAccount
from chassis.embedded.binaries import ProgramMissing
from chassis.embedded.cluster import ClusterNotCreated
from chassis.embedded.processes import DidNotStart
from stack import foreground, home, keeper, services, starting, stopping
from stack.display import Board, survey_table
from stack.home import AlreadyStarting
from stack.plan import DEFAULT_TENANT
from stack.starting import Started
from stack.survey import survey

EXPECTED = (AlreadyStarting, ClusterNotCreated, DidNotStart, NoUnprivilegedAccount, PermissionError, ProgramMissing)

Port = Annotated[int | None, typer.Option(help="The gateway's port; a free one where this one is taken.")]
Tenant = Annotated[str, typer.Option(help="The first tenant's name; counts the first time only.")]
Detach = Annotated[bool, typer.Option(help="Return and leave it running, or stay and stop it with Ctrl-C.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def up(*, port: Port = None, tenant: Tenant = DEFAULT_TENANT, detach: Detach = True, json: AsJson = False) -> None:
    """Start Postgres, NATS and the services, whichever do not run yet, and wait until they are ready."""
    console, place, board = Console(stderr=json), home.locate(), Board()
    try:
        with Live(board, console=console):
            started = starting.start(place, services.ratchet(tenant=tenant, gateway_port=port), board.tell)
        if detach:
            keeper.begin(place)
    except EXPECTED as failure:
        _fail(failure)
    if not console.is_terminal:
        console.line()
    console.print(_summary(started), soft_wrap=True)
    if json:
        typer.echo(started.local.model_dump_json(indent=2))
    if not detach:
        console.print("Ctrl-C stops it.")
        raise typer.Exit(foreground.stay(place))


def down() -> None:
    """Stop the services, NATS and Postgres, so that nothing of them runs; the files stay."""
    place = home.locate()
    try:
        ran = stopping.stop(place)
    except EXPECTED as failure:
        _fail(failure)
    typer.echo(f"Stopped. The files stay in {place.folder}." if ran else "Nothing was running.")


def status(*, json: AsJson = False) -> None:
    """Show what runs, since when, and how much memory it takes."""
    found = survey(home.locate())
    if json:
        typer.echo(found.model_dump_json(indent=2))
    elif found.rows:
        Console().print(survey_table(found))
    else:
        typer.echo("Nothing was started here yet: `ratchet up` does.")


def _summary(started: Started) -> str:
    running = started.local
    first = f"Started {', '.join(started.fresh)}." if started.fresh else "Everything is running already."
    return f"{first}\nGateway {running.gateway_url} · tenant {running.tenant} · key {running.admin_api_key}"


def _fail(failure: Exception) -> NoReturn:
    Console(stderr=True).print(str(failure), style="red", markup=False, highlight=False)
    raise typer.Exit(1) from failure
