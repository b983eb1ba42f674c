"""Where the calls about how tasks do are described."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.api.health import Overview, TaskHealth
from contracts.api.monitor import Monitor, Monitors, NewMonitors
from ratchet.wire.call import Call, at, get, only_if, put
from ratchet.wire.noun import Noun, Way, endpoint, filled


class Health(Noun[Way]):
    """How tasks do, and by which numbers that is noticed."""

    @endpoint
    def overview(self) -> Call[Overview]:
        """Give how all tasks did when they were last looked at, the worst first."""
        return get(at("health"), Overview)

    @endpoint
    def of_task(self, task: str) -> Call[TaskHealth]:
        """Give how a task does now, what is wrong, and what to do about that; raises `UnknownTask`."""
        return get(at("tasks", task, "health"), TaskHealth)

    @endpoint
    def monitors(self, task: str) -> Call[Monitors]:
        """Give the monitors of a task, the defaults until somebody sets them; raises `UnknownTask`."""
        return get(at("tasks", task, "monitors"), Monitors)

    @endpoint
    def set_monitors(
        self, task: str, monitors: Iterable[Monitor | Mapping[str, Any]], *, revision: int | None = None
    ) -> Call[Monitors]:
        """Replace all monitors of a task, only if they still have a revision where one is named.

        Raises `UnknownTask`, `InvalidInput`, `Stale`.
        """
        new = filled(NewMonitors, monitors=tuple(monitors))
        return only_if(revision, put(at("tasks", task, "monitors"), Monitors, new))
