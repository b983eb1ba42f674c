"""Where it is tried that what happens at the very moment when somebody joins is told once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

import nats
import pytest
from nats.aio.client import Client

from chassis import streams
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.event import Cause, Envelope
from contracts.events.training import TrainingFailed
from gateway.streams import telling
from gateway.streams.broadcast import Broadcast, Limits
from gateway.streams.heard import Only, Position
from gateway.streams.listener import always
from gateway.streams.past import Extent, Past, Piece
from gateway.streams.telling import End, Gap, Wish


class Eventful(Past):
    """A past beside which something happens each time that it is looked at."""

    def __init__(self, connection: Client) -> None:
        super().__init__(connection)
        self.connection = connection
        self.looks = 0

    async def extent(self) -> Extent:
        found = await super().extent()
        await self._happen()
        return found

    async def read(self, era: str, subject: str, *, after: int = 0, since: datetime | None = None) -> Piece:
        await self._happen()
        return await super().read(era, subject, after=after, since=since)

    async def _happen(self) -> None:
        self.looks += 1
        if self.looks <= 4:
            await say(self.connection)


async def say(connection: Client) -> None:
    event = TrainingFailed(task="tickets", job_id="j1", error="x")
    headers = Envelope.around(event, "acme", Cause("ada")).headers()
    await connection.jetstream().publish(event.address("acme"), event.model_dump_json().encode(), headers=headers)


@pytest.fixture
async def connection(nats_url: str) -> AsyncGenerator[Client]:
    connected = await nats.connect(nats_url)
    settings = parts.settings("postgresql://", nats_url)
    await connected.jetstream().add_stream(streams.wanted_streams(settings)[0])
    yield connected
    await connected.close()


async def test_what_happens_while_somebody_joins_is_told_once(connection: Client) -> None:
    broadcast, told = Broadcast(connection, Limits(100, 100)), list[int]()
    await say(connection)
    first = Position((await broadcast.past.extent()).era, 1)
    broadcast.past = Eventful(connection)
    wish = Wish("acme", Only(frozenset({TrainingFailed.subject})), always, after=first)

    async def listen() -> None:
        async for events in telling.tell(broadcast, wish, patience_s=0.1):
            if events and not isinstance(events, Gap | End):
                told.extend(each.position.number for each in events)

    listening = asyncio.create_task(listen())
    await eventually(lambda: _reached(told, 5))
    for number in (6, 7):
        await say(connection)
        await eventually(lambda last=number: _reached(told, last))
    listening.cancel()
    await asyncio.wait((listening,))

    assert told == [2, 3, 4, 5, 6, 7]


async def _reached(told: Sequence[int], number: int) -> bool:
    return number in told
