"""Where the facts of health and alerts are declared."""

from contracts.api.health import HealthStatus, Severity
from contracts.event import Event
from contracts.service import Service


class HealthChanged(Event):
    """A task does better or worse than when it was last looked at."""

    subject = "health.changed"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    status: HealthStatus
    was: HealthStatus | None
    reasons: tuple[str, ...]


class AlertRaised(Event):
    """Somebody should look at a task; said again only if it becomes worse."""

    subject = "alert.raised"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    alert_id: str
    version_id: str | None
    about: str
    metric: str
    severity: Severity
    sentence: str
    action: str
    value: float | None
    threshold: float | None


class AlertResolved(Event):
    """What an alert was raised for is over, or somebody has seen to it."""

    subject = "alert.resolved"
    producer = Service.REGISTRY
    consumers = (Service.GATEWAY,)

    task: str
    alert_id: str
    version_id: str | None
    about: str
    metric: str
    resolution: str
