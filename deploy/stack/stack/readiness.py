"""Where it is waited, within bounds, until every process says that it is ready."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from chassis.embedded import processes
from chassis.embedded.processes import DidNotStart, Handle
from stack.plan import Process

READY_SECONDS = 120.0
PAUSE_SECONDS = 0.1
READY = 200

Watched = tuple[Process, Handle, Path]


def wait_until_ready(
    watched: Sequence[Watched], servers: Mapping[str, Handle], tell: Callable[[str, str], None]
) -> None:
    """Return once all are ready; raise DidNotStart, with the end of its log, for one that dies or takes too long.

    None gets ready once a server has died on which they stand, so that it is not waited for either.
    """
    deadline = time.monotonic() + READY_SECONDS
    waiting = list(watched)
    for process, _, _ in waiting:
        tell(process.name, "starting")
    while True:
        waiting = [each for each in waiting if not _seen_ready(each, tell)]
        if not waiting:
            return
        _refuse_dead(servers)
        if time.monotonic() > deadline:
            process, _, log = waiting[0]
            raise DidNotStart(_explain(process.name, f"was not ready within {READY_SECONDS:.0f} s", log))
        time.sleep(PAUSE_SECONDS)


def is_ready(url: str, *, patience: float = 1.0) -> bool:
    """Whether the address answers with 200 now."""
    try:
        return httpx.get(url, timeout=patience, trust_env=False).status_code == READY
    except httpx.HTTPError:
        return False


def _seen_ready(watched: Watched, tell: Callable[[str, str], None]) -> bool:
    """Whether this process answers; another one on its port may answer too, and does not count."""
    process, handle, log = watched
    if not processes.alive(handle):
        tell(process.name, "died")
        raise DidNotStart(_explain(process.name, "ended", log))
    ready = processes.listens(handle, process.port) and is_ready(process.ready_url)
    if ready:
        tell(process.name, "ready")
    return ready


def _refuse_dead(servers: Mapping[str, Handle]) -> None:
    if dead := [name for name, handle in servers.items() if not processes.alive(handle)]:
        raise DidNotStart(f"{' and '.join(dead)} ended while services waited for it.")


def _explain(name: str, what: str, log: Path) -> str:
    return f"{name} {what}. The end of {log}:\n{processes.last_lines(log)}"
