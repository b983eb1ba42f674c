"""Where `ratchet erase` and `ratchet erasures` are."""

import time
from typing import Annotated

import typer
from rich.table import Table

from contracts.api.erasure import Erasure, ErasurePart, ErasureStatus
from ratchet.cli.cells import cell
from ratchet.cli.commands import Cursor, Limit, alone, command, group
from ratchet.cli.output import for_programs, margin, record, show, show_page
from ratchet.cli.session import connected
from ratchet.client import Client

app = group("Orders to erase everything about a person.")
Id = Annotated[str, typer.Argument(metavar="ERASURE", help="Id of the erasure.")]
Watching = Annotated[bool, typer.Option("--watch", help="Wait until every service is done.")]
_PAUSE_S = 0.5


@alone
def erase(
    subject: Annotated[str, typer.Argument(help="How applications know the person: a unit, a session, a name.")],
    also: Annotated[list[str] | None, typer.Option(help="Another name, or the id of an inference; repeatable.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    watch: Watching = False,
) -> None:
    """Erase everything about a person, in every service; it cannot be undone."""
    if not yes and not for_programs():
        typer.confirm(f"Erase everything that stands under {subject!r}, for good?", abort=True, err=True)
    with connected() as client:
        begun = client.erasures.create(subject, also=also or ())
        _show(_watched(client, begun) if watch else begun)


@command(app, "list")
def list_(limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the erasures, the newest first."""
    with connected() as client:
        page = client.erasures.list(limit=limit, cursor=cursor)
    show_page(page, "id", "status", "requested_at", "requested_by", "seconds", "names", "subject_hash")


@command(app, "show")
def show_(erasure: Id, *, watch: Watching = False) -> None:
    """Show what each service erased, and which has not said yet that it is done."""
    with connected() as client:
        found = client.erasures.get(erasure)
        _show(_watched(client, found) if watch else found)


def _watched(client: Client, erasure: Erasure) -> Erasure:
    """Look again and again until it is completed, and say for whom it waits."""
    with margin().status("") as line:
        while erasure.status is not ErasureStatus.COMPLETED:
            line.update(f"Waiting for {', '.join(erasure.missing)} ({erasure.seconds:.0f} s)")
            time.sleep(_PAUSE_S)
            erasure = client.erasures.get(erasure.id)
    return erasure


def _show(erasure: Erasure) -> None:
    show(erasure, record(erasure, "parts"))
    if for_programs():
        return
    drawn = Table("service", "done", "erased")
    for part in erasure.parts:
        drawn.add_row(part.service, cell(part.finished_at) if part.finished_at else "not yet", _told(part))
    margin().print(drawn)


def _told(part: ErasurePart) -> str:
    """Write the counts that are not 0."""
    counts = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in part.counts.items() if count)
    return counts or ("nothing" if part.finished_at else "")
