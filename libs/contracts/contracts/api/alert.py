"""Where alerts are described: what somebody should look at."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.api.health import Severity
from contracts.message import Message, Moment, Request


class AlertState(StrEnum):
    """Where an alert is: somebody has seen it, or it is over."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Alert(Message):
    """What somebody should look at, raised once for a monitor and version.

    It is resolved by itself when the monitor says ok again; what a rollout or an experiment raised is resolved by
    acknowledging it. ``about`` names the monitor (``error_rate/day``), ``rollout`` or ``experiment``.
    """

    id: str
    task: str
    version_id: str | None
    about: str
    metric: str
    severity: Severity
    state: AlertState
    sentence: str
    action: str
    value: float | None
    threshold: float | None
    raised_at: Moment
    acknowledged_by: str | None
    acknowledged_at: Moment | None
    note: str | None
    resolved_at: Moment | None
    resolution: str | None


class Acknowledgement(Request):
    """Somebody's word that they have seen an alert."""

    note: Annotated[str | None, Field(max_length=10_000)] = None
