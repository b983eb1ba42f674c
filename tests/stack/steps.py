"""Where the steps are that tests of the stack share: stand-ins for its services, up, kill, and looking inside."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from chassis.embedded import ports, processes
from stack import keys, local, starting
from stack.display import Board
from stack.home import Home
from stack.plan import Plan, Process, Surroundings
from stack.starting import Started

NAMES = ("gateway", "trainer")
PORT = ports.free()
"""Of the gateway, as of no other process that tests: the default is wished for by all of them."""

FAKE = Path(__file__).with_name("fake_member.py")


@dataclass(frozen=True)
class Allowed:
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


PERMISSIONS = {name: Allowed((f"{name}.>",), (f"_INBOX.{name}.>",)) for name in NAMES}


def plan(**behaviours: str) -> Plan:
    def members(around: Surroundings) -> tuple[Process, ...]:
        return tuple(member(name, around.ports[name], behaviours.get(name, "serves")) for name in NAMES)

    return Plan(permissions=PERMISSIONS, processes=members, gateway_port=PORT)


def member(name: str, port: int, behaviour: str) -> Process:
    return Process(name=name, command=(sys.executable, str(FAKE), str(port), behaviour), env={}, port=port)


def up(place: Home, **behaviours: str) -> Started:
    return starting.start(place, plan(**behaviours), Board().tell)


def kill(started: Started, name: str) -> None:
    processes.end([psutil.Process(started.local.processes[name])], patience=0)


def role_url(place: Home, role: str) -> str:
    known, running = keys.read(place), local.read(place)
    assert known is not None
    assert running is not None
    return f"postgresql://{role}:{known.passwords[role]}@{running.postgres_url.rpartition('@')[2]}"


def execute(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def everything_of(started: Started) -> list[psutil.Process]:
    parents = [psutil.Process(pid) for pid in started.local.processes.values()]
    return [*parents, *(child for parent in parents for child in parent.children(recursive=True))]
