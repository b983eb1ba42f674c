"""Where the registry is tried as a program: it starts, says that it is ready, and stops when told to."""

import asyncio
import os
import sys
from collections.abc import Callable
from http.client import HTTPConnection

from chassis.testing.waiting import eventually
from contracts.service import Service
from tests.registry.keeping import kept


async def test_the_program_gets_ready_and_stops_when_told_to(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    environment = os.environ | {
        "RATCHET_DATABASE_URL": database_of(Service.REGISTRY),
        "RATCHET_NATS_URL": nats_url,
    }
    with kept() as port:
        environment["RATCHET_HEALTH_PORT"] = str(port)
        program = await asyncio.create_subprocess_exec(sys.executable, "-m", "registry", env=environment)

        async def ready() -> bool:
            try:
                return await asyncio.to_thread(_status, port) == 200
            except OSError:
                return False

        try:
            await eventually(ready, within_s=60)
        finally:
            program.terminate()

        assert await asyncio.wait_for(program.wait(), 60) == 0


def _status(port: int) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    finally:
        connection.close()
