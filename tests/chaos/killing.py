"""Where processes of a running Ratchet are killed, and waited for until its keeper has started them again."""

import os
import signal
from collections.abc import Callable
from time import monotonic, sleep

import httpx

from stack import home, local
from tests.journeys.steps import Journey, eventually

WITHIN_S = 120


def kill(journey: Journey, name: str) -> None:
    os.kill(journey.system.local.processes[name], signal.SIGKILL)


def back(journey: Journey, name: str) -> None:
    """Wait until the stack's keeper has started again what was killed."""
    before = journey.system.local.processes[name]
    eventually(lambda: _pid(journey, name) not in {0, before} or None, within_s=WITHIN_S)


def kill_again(journey: Journey, name: str) -> None:
    """Kill whatever runs by that name now, and wait until something else does."""
    before = eventually(lambda: _pid(journey, name) or None, within_s=WITHIN_S)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: _pid(journey, name) not in {0, before} or None, within_s=WITHIN_S)


def _pid(journey: Journey, name: str) -> int:
    known = local.read(home.Home(journey.system.folder))
    return known.processes.get(name, 0) if known else 0


def answers(journey: Journey) -> bool | None:
    """Tell whether the killed one answers again: a new pid says only that it was started, not that it is up."""
    try:
        answer = journey.http.get("/feedback/stats", params={"task": journey.task})
    except httpx.TransportError:
        return None
    return True if answer.status_code == 200 else None


def settled(count: Callable[[], int], wanted: int) -> int:
    """Wait until as many are stored as wanted, and a little longer for those that would be too many."""
    deadline = monotonic() + WITHIN_S
    while count() < wanted and monotonic() < deadline:
        sleep(0.1)
    sleep(1.5)
    return count()
