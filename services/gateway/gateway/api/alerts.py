"""Where alerts are shown and acknowledged over HTTP."""

from fastapi import APIRouter

from contracts.api.alert import Acknowledgement, Alert, AlertState
from contracts.api.health import Severity
from contracts.api.page import Page
from contracts.commands.health import AcknowledgeAlert, ListAlerts
from gateway.api.asker import PageOf, Reader, Releaser

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])

_NO_NOTE = Acknowledgement()


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


@router.post("/{alert_id}/acknowledge")
async def acknowledge_alert(releaser: Releaser, alert_id: str, order: Acknowledgement = _NO_NOTE) -> Alert:
    """Note that somebody has seen an alert; the first word stays."""
    return await releaser.ask(AcknowledgeAlert(alert_id=alert_id, acknowledgement=order))
