"""Where all monitors of a task are read at once, and what they say becomes a status."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.api.health import HealthStatus, MonitorState, Reading, Severity
from contracts.api.monitor import WATCHABLE, Monitor
from registry.decisions.health import monitoring, vitals
from registry.decisions.health.monitoring import Found
from registry.decisions.health.vitals import Live, Served

WHOLE_TASK = frozenset({"unversioned"})
"""What is watched on the task as a whole, and not on each version."""

Held = Mapping[tuple[str | None, str], Severity]
"""What monitors said before, if that was not good, by version and key of the monitor."""


@dataclass(frozen=True, slots=True)
class Watching:
    """By what a task is watched, what monitors said before, and what feedback says of it now."""

    monitors: Sequence[Monitor]
    held: Held
    live: Live


def of_version(watching: Watching, served: Served) -> tuple[Reading, ...]:
    """Read the monitors on one version."""
    return tuple(
        _reading(watching, each, served.version.id, vitals.read(each.metric, served, watching.live, each.period))
        for each in watching.monitors
        if each.enabled and each.metric not in WHOLE_TASK
    )


def of_task(watching: Watching) -> tuple[Reading, ...]:
    """Read the monitors that look at the task as a whole."""
    return tuple(
        _reading(watching, each, None, vitals.unversioned(watching.live, each.period))
        for each in watching.monitors
        if each.enabled and each.metric in WHOLE_TASK
    )


def status(readings: Iterable[Reading]) -> HealthStatus:
    """Give the status that follows: without any live number it is that there are no data, unless something is bad."""
    states = {(WATCHABLE[each.metric].live, each.state) for each in readings}
    if {(True, MonitorState.ALERT), (False, MonitorState.ALERT)} & states:
        return HealthStatus.UNHEALTHY
    if {(True, MonitorState.WARNING), (False, MonitorState.WARNING)} & states:
        return HealthStatus.DEGRADED
    return HealthStatus.HEALTHY if (True, MonitorState.OK) in states else HealthStatus.NO_DATA


def together(statuses: Sequence[HealthStatus]) -> HealthStatus:
    """Give the status of a whole by those of its parts: the worst, while nothing is known only if that goes for all."""
    known = [each for each in statuses if each is not HealthStatus.NO_DATA]
    return next((each for each in HealthStatus if each in known), HealthStatus.NO_DATA)


def key(reading: Reading) -> str:
    """Give the key of the monitor that says so."""
    return f"{reading.metric}/{reading.period}"


def _reading(watching: Watching, monitor: Monitor, version_id: str | None, found: Found) -> Reading:
    said = monitoring.judge(monitor, found, watching.held.get((version_id, monitor.key)))
    return Reading(
        metric=monitor.metric,
        period=monitor.period,
        version_id=version_id,
        direction=monitor.direction,
        warning=monitor.warning,
        alert=monitor.alert,
        state=said.state,
        value=found.value,
        n=found.n,
        note=said.note,
    )
