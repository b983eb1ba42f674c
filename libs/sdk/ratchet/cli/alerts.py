"""Where `ratchet alerts` is: what somebody should look at."""

from typing import Annotated

import typer

from contracts.api.alert import AlertState
from contracts.api.health import Severity
from ratchet.cli.commands import Cursor, Limit, OfTask, command, group
from ratchet.cli.events import show_events
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("What somebody should look at.")


@command(app, "list")
def list_(
    task: OfTask = None,
    state: Annotated[AlertState | None, typer.Option(help="Only those in this state.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only as bad as this.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List alerts, the newest first."""
    with connected() as client:
        page = client.alerts.list(task, state=state, severity=severity, limit=limit, cursor=cursor)
    show_page(page, "state", "severity", "task", "sentence", "action", "raised_at", "id", "acknowledged_by")


@command(app)
def acknowledge(
    alert: Annotated[str, typer.Argument(metavar="ALERT", help="Id of the alert.")],
    note: Annotated[str | None, typer.Option(help="What you found, or do about it.")] = None,
) -> None:
    """Note that you have seen an alert."""
    with connected() as client:
        found = client.alerts.acknowledge(alert, note=note)
    show(found, record(found))


@command(app)
def watch(task: OfTask = None) -> None:
    """Follow alerts as they are raised and resolved, until Ctrl-C."""
    with connected() as client:
        show_events(client.alerts.events(task))
