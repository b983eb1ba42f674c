"""Where processes are started so that they outlive us, recognised later, and stopped with everything they started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from chassis.embedded.accounts import Account

BIRTH_TOLERANCE_SECONDS = 0.05
KILL_SECONDS = 5.0
PAUSE_SECONDS = 0.01


class DidNotStart(Exception):
    """A process ended, or was not ready, within the time it was given."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A process by number and time of birth: numbers are used again, the pair is not before the machine's next start.

    The time is not that of the clock: after it was set, every process would be another one.
    """

    pid: int
    created: float


class _Detached(subprocess.Popen[bytes]):
    """A child that is meant to outlive its parent, so nobody is warned that it still runs."""

    def __del__(self) -> None:
        return


def spawn(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, account: Account | None = None
) -> Handle:
    """Start a command in a session of its own, both its outputs appended to the log; `env` is added to ours."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = _Detached(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd="/" if account else None,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    return handle(child.pid) or Handle(pid=child.pid, created=0.0)


def handle(pid: int) -> Handle | None:
    """Return the handle of the process that has this number now, or None."""
    try:
        return Handle(pid=pid, created=_born(psutil.Process(pid)))
    except psutil.NoSuchProcess:
        return None


def boot() -> str:
    """Name this run of the machine; empty where times of birth never come again."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def runs(pid: int, *arguments: str) -> bool:
    """Whether a live process has this number and was started with all of these arguments."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and set(arguments) <= set(process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def alive(known: Handle) -> bool:
    """Whether the process still runs, and is not another one that was given its number."""
    current = handle(known.pid)
    same = current is not None and abs(current.created - known.created) < BIRTH_TOLERANCE_SECONDS
    return same and runs(known.pid)


def family(known: Handle) -> list[psutil.Process]:
    """Return the process and all it started, also what outlived it: its descendants and the rest of its session."""
    current = handle(known.pid)
    if current is not None and abs(current.created - known.created) >= BIRTH_TOLERANCE_SECONDS:
        return []
    found = {pid: psutil.Process(pid) for pid in psutil.pids() if _session(pid) == known.pid}
    if current is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(known.pid)
            found |= {child.pid: child for child in (parent, *parent.children(recursive=True))}
    return list(found.values())


def stop(known: Handle, *, first: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask the process to end, wait up to `patience` seconds, then kill whatever is left of its family."""
    members = family(known)
    leaders = [member for member in members if member.pid == known.pid]
    for leader in leaders:
        with contextlib.suppress(psutil.NoSuchProcess):
            leader.send_signal(first)
    wait(leaders, patience=patience)
    end([*members, *family(known)], patience=0.0)


def end(members: Sequence[psutil.Process], *, patience: float) -> None:
    """Wait up to `patience` seconds for processes that should end by themselves, then kill those that did not."""
    for member in wait(members, patience=patience):
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    wait(members, patience=KILL_SECONDS)


def wait(members: Sequence[psutil.Process], *, patience: float) -> list[psutil.Process]:
    """Wait until the processes have ended, and return those that have not in time.

    A process that has ended but whose parent never asked (in containers without an init that can last) has ended.
    """
    deadline = time.monotonic() + patience
    while left := [member for member in members if _lives(member)]:
        if time.monotonic() >= deadline:
            return left
        time.sleep(PAUSE_SECONDS)
    return []


def listens(known: Handle, port: int) -> bool:
    """Whether it is this process, or one that it started, that takes connections on the port."""
    return any(_listens(member, port) for member in family(known))


def last_lines(log: Path, count: int = 20) -> str:
    """Return the end of a log, for people who ask why a process died."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _born(process: psutil.Process) -> float:
    known: Any = process
    return float(known._ident[1] or 0.0)  # noqa: SLF001 (what is public follows the clock)


def _lives(process: psutil.Process) -> bool:
    """Whether it runs, or threads of it do: until the last of a killed program has ended it keeps its ports."""
    try:
        return process.is_running() and (process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    except psutil.NoSuchProcess:
        return False


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        known = process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # some systems do not tell; then we believe it
        return True
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in known)
