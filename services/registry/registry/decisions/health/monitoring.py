"""Where a monitor says what a number means, with so much inertia that a number on the edge does not flap."""

from dataclasses import dataclass

from contracts.api.health import MonitorState, Severity
from contracts.api.monitor import Monitor, written
from registry.decisions.health import tipping

_SLACK = 0.2
"""A level is left once the number has gone back beyond its threshold by a fifth of the way from warning to alert,"""
_SLACK_OF_ONE = 0.05
"""or by a twentieth of the threshold where both are the same."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many hits in so many trials; with a reference the number is what the share lacks to it."""

    hits: int
    trials: int
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The number that a monitor looks at, and what it rests on; ``doubt`` says why it proves nothing."""

    value: float | None
    n: int | None
    share: Share | None = None
    doubt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a monitor says, and what is to be said about that."""

    state: MonitorState
    note: str = ""


def judge(monitor: Monitor, found: Found, held: Severity | None) -> Said:
    """Say what a number means; ``held`` is what the monitor said before, if that was not good.

    A level is reached as soon as the number is proven to be beyond its threshold, and left once it is well back.
    """
    if found.value is None:
        return Said(MonitorState.NO_DATA, found.note)
    if found.n is not None and found.n < monitor.min_samples:
        return Said(MonitorState.NO_DATA, f"{found.n:,} of at least {monitor.min_samples:,}")
    reached, kept = _reached(monitor, found), _kept(monitor, found.value, held)
    if _RANK[kept] > _RANK[reached]:
        goal = written(monitor.metric, _way_back(monitor, _threshold(monitor, kept)))
        return Said(kept, f"until it is well back, {goal} or better")
    return Said(reached, found.note or _reserve(monitor, found, reached))


def threshold(monitor: Monitor, severity: Severity) -> float:
    """Give the threshold of a level."""
    return monitor.alert if severity is Severity.ALERT else monitor.warning


_LEVELS = (MonitorState.ALERT, MonitorState.WARNING)
_RANK = {MonitorState.NO_DATA: 0, MonitorState.OK: 0, MonitorState.WARNING: 1, MonitorState.ALERT: 2}


def _threshold(monitor: Monitor, level: MonitorState) -> float:
    return threshold(monitor, Severity(level))


def _reached(monitor: Monitor, found: Found) -> MonitorState:
    return next((each for each in _LEVELS if _proves(monitor, found, _threshold(monitor, each))), MonitorState.OK)


def _kept(monitor: Monitor, value: float, held: Severity | None) -> MonitorState:
    """Give the highest level, of that held and those below it, which the number is not well back from."""
    most = _RANK[MonitorState(held)] if held else 0
    lower = (each for each in _LEVELS if _RANK[each] <= most)
    return next(
        (each for each in lower if not _is_well_back(monitor, value, _threshold(monitor, each))), MonitorState.OK
    )


def _proves(monitor: Monitor, found: Found, threshold: float) -> bool:
    return (
        _is_beyond(monitor, found.value or 0.0, threshold) and not found.doubt and _is_proven(monitor, found, threshold)
    )


def _is_beyond(monitor: Monitor, value: float, threshold: float) -> bool:
    return value > threshold if monitor.direction == "above" else value < threshold


def _is_proven(monitor: Monitor, found: Found, threshold: float) -> bool:
    share = found.share
    if share is None:
        return True
    if share.reference is None:
        weigh = tipping.is_above if monitor.direction == "above" else tipping.is_below
        return weigh(share.hits, share.trials, threshold)
    weigh = tipping.is_below if monitor.direction == "above" else tipping.is_above
    return weigh(share.hits, share.trials, share.reference - threshold)


def _is_well_back(monitor: Monitor, value: float, threshold: float) -> bool:
    goal = _way_back(monitor, threshold)
    return value <= goal if monitor.direction == "above" else value >= goal


def _way_back(monitor: Monitor, threshold: float) -> float:
    slack = _SLACK * abs(monitor.alert - monitor.warning) or _SLACK_OF_ONE * abs(threshold)
    return threshold - slack if monitor.direction == "above" else threshold + slack


def _reserve(monitor: Monitor, found: Found, reached: MonitorState) -> str:
    """Say that the number would be worse than that, if it proved anything."""
    seen = next(
        (each for each in _LEVELS if _is_beyond(monitor, found.value or 0.0, _threshold(monitor, each))), reached
    )
    if seen is reached:
        return ""
    return (
        found.doubt
        or f"beyond {written(monitor.metric, _threshold(monitor, seen))}, which {found.n:,} do not prove yet"
    )
