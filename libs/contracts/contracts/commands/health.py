"""Where the commands about health, monitors and alerts are declared; the registry owns them."""

from contracts.api.alert import Acknowledgement, Alert, AlertState
from contracts.api.health import Overview, Severity, TaskHealth
from contracts.api.monitor import Monitors, NewMonitors
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class GetHealth(Command[Overview]):
    """Give how all tasks do, from when each was last looked at."""

    subject = "health.get"
    owner = Service.REGISTRY


class GetTaskHealth(Command[TaskHealth]):
    """Give how one task does, looked at now if that is some seconds ago; raises `UnknownTask`."""

    subject = "health.task"
    owner = Service.REGISTRY

    task: str


class GetMonitors(Command[Monitors]):
    """Give the monitors of a task; raises `UnknownTask`."""

    subject = "monitors.get"
    owner = Service.REGISTRY

    task: str


class SetMonitors(Command[Monitors]):
    """Replace the monitors of a task; raises `UnknownTask`, `Stale`."""

    subject = "monitors.set"
    owner = Service.REGISTRY

    task: str
    monitors: NewMonitors
    expected_revision: int | None = None


class ListAlerts(Command[Page[Alert]], Listing):
    """Give the alerts, newest first."""

    subject = "alerts.list"
    owner = Service.REGISTRY

    task: str | None = None
    state: AlertState | None = None
    severity: Severity | None = None


class AcknowledgeAlert(Command[Alert]):
    """Note that somebody has seen an alert; the first word stays. Raises `UnknownAlert`."""

    subject = "alerts.acknowledge"
    owner = Service.REGISTRY

    alert_id: str
    acknowledgement: Acknowledgement
