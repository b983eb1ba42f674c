"""Where a tenant's program is played that webhooks are posted to, and one gateway is started for many tests."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.embedded import nats
from chassis.testing import databases
from chassis.testing.databases import Maintenance
from chassis.testing.waiting import eventually
from contracts.service import Service
from tests.gateway.stage import Gateway, gateway_on

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken"
DOWN = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy"


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers are used up one after another; the last one stays. An empty one is never sent."""

    url: str
    answers: list[bytes] = field(default_factory=lambda: [OK])
    got: list[Got] = field(default_factory=list[Got])
    sent_to_the_end: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            self.got.append(await _read(reader))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if not answer:
                await self.release.wait()
            writer.write(answer)
            await writer.drain()
            self.sent_to_the_end += 1
        writer.close()

    async def has(self, count: int) -> list[Got]:
        """Wait until so many requests have come."""

        async def enough() -> bool:
            return len(self.got) >= count

        await eventually(enough)
        return self.got


async def _read(reader: asyncio.StreamReader) -> Got:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return Got(head[0], headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Receiver]:
    """Listen on a free port of this machine."""
    receiver = Receiver("")
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/hook"
    yield receiver
    receiver.release.set()
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def gateway_for_many(maintenance: Maintenance, folder: Path, **settings: Any) -> AsyncGenerator[Gateway]:
    """Start a gateway with servers of its own, which the tests of a module share to save their starts."""
    name = await databases.create(maintenance)
    with nats.running(folder) as server:
        async with gateway_on(databases.url_of(maintenance, name, Service.GATEWAY), server.url, **settings) as running:
            yield running
    await databases.drop(maintenance, name)


async def take_all_away(gateway: Gateway) -> None:
    """Take the tenant's webhooks away, so that the next test begins without any."""
    for each in (await gateway.admin.get("/v1/webhooks")).json()["items"]:
        await gateway.admin.delete(f"/v1/webhooks/{each['id']}")
