"""Where the stack gets a keeper: a small process that starts again whatever dies, until all is brought down."""

import sys
from pathlib import Path

from chassis.embedded import folders, processes
from chassis.embedded.processes import Handle
from stack import home
from stack.home import Home


def begin(place: Home) -> None:
    """Let the stack be kept, unless it is already; raises `AlreadyStarting`.

    Nobody else begins meanwhile, as only one keeper is known to be ended, nor brings down what would be started again.
    """
    with home.alone(place):
        if not running(place):
            command = [sys.executable, "-m", "stack.keeping", str(place.local)]
            kept = processes.spawn(command, log=place.log("keeper"), env={"RATCHET_HOME": str(place.folder)})
            folders.write_private(_file(place), f"{kept.pid} {kept.created} {processes.boot()}")


def end(place: Home) -> None:
    """Stop keeping; whoever calls this holds the stack's lock, so that the keeper is not in the middle of a start."""
    if kept := running(place):
        processes.stop(kept, patience=2)
    _file(place).unlink(missing_ok=True)


def running(place: Home) -> Handle | None:
    """Give the keeper of this stack, if it lives."""
    try:
        pid, created, *boot = _file(place).read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    kept = Handle(int(pid), float(created))
    return kept if boot == processes.boot().split() and processes.alive(kept) else None


def _file(place: Home) -> Path:
    return place.folder / "keeper"
