"""Where NATS servers are told who may connect although one of them is dead, or refuses to be told."""

import os
import signal
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from chassis.embedded import binaries, nats_config, ports, processes
from chassis.embedded.nats_config import APPLICATIONS, Cluster, NatsSettings
from chassis.embedded.processes import Handle
from chassis.testing.waiting import eventually
from gateway.credentials import accounts, servers
from gateway.credentials.accounts import Bounds
from gateway.credentials.servers import Address, NotTold
from tests.gateway.credentials.yard import ADMITTED, SEEDS, USERS, connect, yard_in


@dataclass(frozen=True)
class Server:
    """One of several servers that know each other."""

    folder: Path
    port: int
    monitoring_port: int
    process: Handle

    @property
    def url(self) -> str:
        return f"nats://{ports.LOCALHOST}:{self.port}"

    async def is_joined(self) -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                known = await client.get(f"http://{ports.LOCALHOST}:{self.monitoring_port}/routez")
        except httpx.TransportError:
            return False
        return known.json()["num_routes"] > 0


def start(folder: Path, hosts: tuple[str, ...], place: int, free: Iterator[int]) -> Server:
    folder.mkdir()
    port, monitoring_port = next(free), next(free)
    cluster = Cluster("two", hosts[place], hosts, "pw")
    settings = NatsSettings(
        port, folder / "streams", folder / "pid", f"nats-{place}", monitoring_port=monitoring_port, cluster=cluster
    )
    config = folder / "nats.conf"
    nats_config.write_config(config, USERS, settings)
    process = processes.spawn([str(binaries.nats_server()), "-c", str(config)], log=folder / "log")
    return Server(folder, port, monitoring_port, process)


def free_ports(count: int) -> Iterator[int]:
    """Give ports that differ: one that was let go of may be offered again."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in probes:
            each.bind((ports.LOCALHOST, 0))
        return iter([each.getsockname()[1] for each in probes])


async def both_are_found(address: Address) -> bool:
    async with servers._connected(address) as connection:
        found, _ = await servers._servers(connection)
    return len(found) == 2


@asynccontextmanager
async def two_servers(folder: Path) -> AsyncGenerator[tuple[Server, Server]]:
    free = free_ports(6)
    hosts = tuple(f"{ports.LOCALHOST}:{next(free)}" for _ in range(2))
    first, second = (start(folder / str(place), hosts, place, free) for place in range(2))
    try:
        await eventually(first.is_joined)
        await eventually(second.is_joined)
        yield first, second
    finally:
        for each in (first, second):
            processes.stop(each.process, patience=1.0)


async def test_the_servers_that_live_are_told_and_it_is_said_that_one_was_not(tmp_path: Path) -> None:
    async with two_servers(tmp_path) as (living, victim):
        address = Address((living.url,), SEEDS["system"])
        await eventually(lambda: both_are_found(address))
        await servers.reload(address, times=1)
        os.kill(victim.process.pid, signal.SIGKILL)
        (living.folder / APPLICATIONS).write_text(accounts.written(ADMITTED, Bounds(50)))

        with pytest.raises(NotTold, match="Of 2 NATS servers 1 answered"):
            await servers.reload(address, times=2)

        shop = await connect(living.url, SEEDS["shop"])
        await shop.client.close()


async def test_a_server_that_refuses_what_it_is_told_says_why(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats") as yard:
        (tmp_path / "nats" / APPLICATIONS).write_text('{"tenant-acme": {"users": 7}}')

        with pytest.raises(NotTold, match="keeps its configuration"):
            await yard.read_again()
