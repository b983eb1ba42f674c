"""Where a stack in the foreground is watched until somebody wants it to stop, or a part of it dies."""

import signal
import threading
from types import FrameType

from rich.console import Console

from chassis.embedded import processes
from stack import local, stopping
from stack.home import Home

PAUSE_SECONDS = 0.5


def stay(place: Home) -> int:
    """Wait for Ctrl-C, for `ratchet down` elsewhere or for a death; stop everything and return the exit code."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    dead: list[str] = []
    while not (asked.wait(PAUSE_SECONDS) or dead or _stopped_elsewhere(place)):
        dead = _dead(place)
    for name in dead:
        Console(stderr=True).print(f"{name} ended:\n{processes.last_lines(place.log(name))}", markup=False)
    stopping.stop(place)
    return 1 if dead else 0


def _stopped_elsewhere(place: Home) -> bool:
    known = local.read(place)
    return known is None or not known.processes


def _dead(place: Home) -> list[str]:
    known = local.read(place)
    return known.dead() if known else []
