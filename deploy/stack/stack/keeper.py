"""Where a process of its own watches over the stack: whatever dies is started again, until all is brought down."""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from chassis.embedded import folders, processes
from chassis.embedded.processes import DidNotStart, Handle
from stack import local, starting
from stack.home import AlreadyStarting, Home
from stack.plan import Plan

LOOK_S = 0.3
LONGEST_PAUSE_S = 30.0


def begin(place: Home) -> None:
    """Let the stack be watched, unless it is already."""
    if not running(place):
        kept = processes.spawn(
            [sys.executable, "-m", "stack", "keep"], log=place.log("keeper"), env={"RATCHET_HOME": str(place.folder)}
        )
        folders.write_private(_file(place), f"{kept.pid} {kept.created}")


def end(place: Home) -> None:
    """Stop watching; the stack must be held, so that the keeper is not in the middle of a start."""
    if kept := running(place):
        processes.stop(kept, patience=2)
    _file(place).unlink(missing_ok=True)


def running(place: Home) -> Handle | None:
    """Give the keeper of this stack, if it lives."""
    try:
        pid, created = _file(place).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    kept = Handle(int(pid), float(created))
    return kept if processes.alive(kept) else None


def keep(place: Home, plan: Plan, asked: threading.Event) -> None:
    """Look again and again, until asked to stop or until the stack was brought down."""
    failures = 0
    while not asked.wait(_pause(failures)) and (known := local.read(place)) and known.processes:
        if dead := known.dead():
            failures = 0 if _start_again(place, plan, dead) else failures + 1


def _start_again(place: Home, plan: Plan, dead: list[str]) -> bool:
    _say(f"{', '.join(dead)} died")
    try:
        starting.start(place, plan, lambda name, state: _say(f"{name} is {state}"))
    except (DidNotStart, AlreadyStarting, OSError) as failure:
        _say(str(failure))
        return False
    return True


def _pause(failures: int) -> float:
    return min(LONGEST_PAUSE_S, LOOK_S * 2**failures)


def _say(what: str) -> None:
    print(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {what}", flush=True)  # noqa: T201 (its log)


def _file(place: Home) -> Path:
    return place.folder / "keeper"
