"""Where it is found out what of the stack runs, since when, and how much memory it takes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import psutil
from pydantic import BaseModel

from chassis.embedded import nats, ports, postgres, processes
from chassis.embedded.processes import Handle
from stack import keeper, local
from stack.home import Home
from stack.local import Local
from stack.plan import GATEWAY
from stack.readiness import is_ready

State = Literal["ready", "starting", "stopped"]
SERVERS = ("postgres", "nats")


class Row(BaseModel):
    """One process of the stack; memory in bytes, with what it started, shared pages counted once over all."""

    name: str
    pid: int | None
    state: State
    since: datetime | None
    memory: int
    address: str


class Survey(BaseModel):
    """All processes of the stack; the sum counts the keeper too."""

    rows: list[Row]
    memory: int


def survey(place: Home) -> Survey:
    """Look at every process of the stack; nothing is started or changed."""
    known = local.read(place)
    if known is None:
        return Survey(rows=[], memory=0)
    names = [*SERVERS, *(name for name in known.ports if name not in SERVERS)]
    with ThreadPoolExecutor() as pool:
        rows = list(pool.map(partial(_row, place, known), names))
    kept = keeper.running(place)
    return Survey(rows=rows, memory=sum(row.memory for row in rows) + (_memory(kept) if kept else 0))


def _row(place: Home, known: Local, name: str) -> Row:
    handle = known.handle(name)
    if handle is None or not processes.alive(handle):
        return Row(name=name, pid=None, state="stopped", since=None, memory=0, address=_address(known, name))
    return Row(
        name=name,
        pid=handle.pid,
        state="ready" if _ready(place, known, name) else "starting",
        since=_since(handle),
        memory=_memory(handle),
        address=_address(known, name),
    )


def _ready(place: Home, known: Local, name: str) -> bool:
    if name == "postgres":
        return postgres.find(place.postgres) is not None
    if name == "nats":
        return nats.find(place.nats) is not None
    return is_ready(f"http://{ports.LOCALHOST}:{known.ports[name]}/readyz")


def _since(handle: Handle) -> datetime | None:
    try:
        return datetime.fromtimestamp(psutil.Process(handle.pid).create_time(), UTC)
    except psutil.NoSuchProcess:
        return None


def _memory(handle: Handle) -> int:
    return sum(_memory_of(member) for member in processes.family(handle))


def _memory_of(process: psutil.Process) -> int:
    """Proportional set size where the system tells it, else resident size."""
    try:
        return int(getattr(process.memory_full_info(), "pss", 0)) or int(process.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _address(known: Local, name: str) -> str:
    if name in {"postgres", "nats"}:
        return (known.postgres_url if name == "postgres" else known.nats_url).rpartition("@")[2]
    return known.gateway_url if name == GATEWAY else f"http://{ports.LOCALHOST}:{known.ports[name]}"
