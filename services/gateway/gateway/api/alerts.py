"""Where alerts are shown and acknowledged over HTTP."""

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from contracts.api.alert import Acknowledgement, Alert, AlertState
from contracts.api.health import Severity
from contracts.api.page import Page
from contracts.commands.health import AcknowledgeAlert, ListAlerts
from contracts.events.health import AlertRaised, AlertResolved
from gateway.api import watching
from gateway.api.asker import PageOf, Reader, Releaser
from gateway.api.watching import EventStream, LastEvent, Watching
from gateway.streams.heard import Only

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])

_NO_NOTE = Acknowledgement()
_ALERTS = frozenset({AlertRaised.subject, AlertResolved.subject})


@router.get("")
async def list_alerts(
    reader: Reader,
    page: PageOf,
    task: str | None = None,
    state: AlertState | None = None,
    severity: Severity | None = None,
) -> Page[Alert]:
    """List the alerts, newest first."""
    return await reader.ask(ListAlerts(task=task, state=state, severity=severity, **page.model_dump()))


@router.get("/events", response_class=StreamingResponse, responses=watching.DOCUMENTED)
async def watch_alerts(watcher: Watching, last_event_id: LastEvent = None, task: str | None = None) -> EventStream:
    """Stream alerts as they are raised and resolved, from now on or from where it was left."""
    return watcher.live(watcher.wish(Only(_ALERTS, task), last_event_id))


@router.post("/{alert_id}/acknowledge")
async def acknowledge_alert(releaser: Releaser, alert_id: str, order: Acknowledgement = _NO_NOTE) -> Alert:
    """Note that somebody has seen an alert; the first word stays."""
    return await releaser.ask(AcknowledgeAlert(alert_id=alert_id, acknowledgement=order))
