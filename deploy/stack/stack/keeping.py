"""Where the keeper looks after the stack; it imports next to nothing, because it runs beside everything else."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chassis.embedded import processes
from chassis.embedded.processes import Handle

LOOK_S = 0.3
LONGEST_PAUSE_S = 30.0


def keep(local: Path, start: Callable[[], bool]) -> None:
    """Start what died, again and again, until nothing is meant to run; a start that fails is tried later each time."""
    failures = 0
    while meant := _meant_to_run(local):
        if dead := [name for name, handle in meant.items() if not processes.alive(handle)]:
            _note(f"{time.strftime('%FT%TZ', time.gmtime())} died: {', '.join(dead)}")
            failures = 0 if start() else failures + 1
        time.sleep(min(LONGEST_PAUSE_S, LOOK_S * 2**failures))


def _note(line: str) -> None:
    """Write a line to its log, where that is possible: the disk that is full may be why something died."""
    with suppress(OSError):
        print(line, flush=True)  # noqa: T201 (its log)


def _meant_to_run(local: Path) -> dict[str, Handle]:
    """Read the processes from local.json, which `ratchet down` leaves without any."""
    try:
        known = json.loads(local.read_text())
    except FileNotFoundError:
        return {}
    return {name: Handle(pid, known["created"][name]) for name, pid in known["processes"].items()}


def _up() -> bool:
    try:
        return subprocess.run([sys.executable, "-m", "stack", "up"], check=False).returncode == 0
    except OSError:  # such as no memory for another process, which may be why something died
        return False


if __name__ == "__main__":
    keep(Path(sys.argv[1]), _up)
