"""Where `ratchet audit` is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.api.audit import AuditFormat, AuditOutcome, NewAuditExport
from contracts.errors import InvalidInput
from ratchet.cli import files
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.moments import moment
from ratchet.cli.output import margin, show_page
from ratchet.cli.session import connected
from ratchet.cli.spreading import spread
from ratchet.wire.noun import filled

app = group("Who did what, and how it ended.")
_COLUMNS = ("at", "actor", "action", "outcome", "status", "target", "latency_ms", "address", "request_id", "person")


@dataclass(frozen=True)
class Terms:
    """Which lines of the log; all terms have to hold."""

    actor: Annotated[str | None, typer.Option(help="Only what somebody of this name did.")] = None
    action: Annotated[str | None, typer.Option(help="Only this, such as 'POST /v1/tasks/{task}/rollback'.")] = None
    outcome: Annotated[AuditOutcome | None, typer.Option(help="Only what ended so.")] = None
    request: Annotated[str | None, typer.Option(help="Only the request with this id (X-Request-Id).")] = None
    since: Annotated[str | None, typer.Option(help="Only since so long ago (12h, 7d), or since a time.")] = None
    until: Annotated[str | None, typer.Option(help="Only before that.")] = None

    def given(self) -> dict[str, Any]:
        """Give the terms as the gateway knows them."""
        return {
            "actor": self.actor,
            "action": self.action,
            "outcome": self.outcome,
            "request_id": self.request,
            "since": moment(self.since, "since"),
            "until": moment(self.until, "until"),
        }


@command(app, "list")
@spread
def list_(limit: Limit = 50, cursor: Cursor = None, *, terms: Terms) -> None:
    """List who did what, the newest first."""
    asked = terms.given()
    with connected() as client:
        show_page(client.audit.list(**asked, limit=limit, cursor=cursor), *_COLUMNS)


@command(app)
@spread
def export(to: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv or .jsonl file.")], *, terms: Terms) -> None:
    """Save the log, or a part of it, as a file; that you did is a line of the log as well."""
    wanted = filled(NewAuditExport, **terms.given(), format=_format(to))
    with connected() as client, files.bar("Exporting") as tell:
        client.audit.export(to, wanted, on_progress=tell)
    margin().print(f"Saved {to}.", markup=False)


def _format(file: Path) -> AuditFormat:
    suffix = file.suffix.removeprefix(".").lower()
    if suffix not in set(AuditFormat):
        raise InvalidInput.at("file", "must end in .csv or .jsonl")
    return AuditFormat(suffix)
