"""Where events are said to a gateway, and their streams read, until they are resumed somewhere else."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from chassis.testing.waiting import eventually
from contracts.event import Cause, Envelope, Event
from contracts.events.training import TrainingFailed
from tests.gateway.stage import Gateway, read_events

EVENTS = "/v1/events"
START = "/v1/events?from=2020-01-01T00:00:00Z"


async def say(gateway: Gateway, event: Event, tenant: str = "acme") -> None:
    headers = Envelope.around(event, tenant, Cause("ada")).headers()
    await gateway.nats.jetstream().publish(event.address(tenant), event.model_dump_json().encode(), headers=headers)


async def say_many(gateway: Gateway, names: Sequence[str], tenant: str = "acme") -> None:
    for name in names:
        await say(gateway, TrainingFailed(task="tickets", job_id=name, error="x"), tenant)


async def heard(
    client: httpx.AsyncClient, path: str, *, count: int, after: str | None = None, **headers: str
) -> list[dict[str, str]]:
    """Read so many events of a stream, from after the one that is named."""
    sent = headers | ({"Last-Event-ID": after} if after else {})
    return await read_events(client, path, count=count, headers=sent)


def names(events: Sequence[dict[str, str]]) -> list[Any]:
    return [json.loads(event["data"])["content"].get("job_id") for event in events]


@dataclass
class Open:
    """A stream that is being read to its end."""

    text: str = ""
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
        async with client.stream("GET", path, headers=headers) as answer:
            async for part in answer.aiter_text():
                self.text += part
                self.began.set()

    async def says(self, text: str) -> bool:
        """Wait for a text in it."""

        async def look() -> bool:
            return text in self.text

        return await eventually(look)

    @property
    def events(self) -> list[str]:
        return [line.removeprefix("event: ") for line in self.text.splitlines() if line.startswith("event: ")]


@asynccontextmanager
async def opened(client: httpx.AsyncClient, path: str, *, after: str | None = None) -> AsyncGenerator[Open]:
    """Begin to read a stream, from after the event that is named, and go on once the gateway listens."""
    stream = Open()
    reading = asyncio.create_task(stream.read(client, path, {"Last-Event-ID": after} if after else {}))
    try:
        async with asyncio.timeout(60):
            await stream.began.wait()
        yield stream
    finally:
        reading.cancel()
        await asyncio.wait((reading,))
