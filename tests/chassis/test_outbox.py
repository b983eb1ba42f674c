"""Where it is tried that what was committed leaves soon, also after a long time in which nothing could leave."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.errors import OutboundBufferLimitError

from chassis import nats_connection, outbox, streams
from chassis.database import Database, connect
from chassis.embedded import nats
from chassis.outbox import Relay
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.service import Service

FAILURES = 7
AT_ONCE_S = 8.0
"""Far less than the 25 s of the pause after so many failures, where none is too long."""


class Broker:
    """Takes messages while it can be reached."""

    def __init__(self) -> None:
        self.is_away = True
        self.tried = 0
        self.taken: list[bytes] = []
        self._publish_async_futures: dict[str, asyncio.Future[str]] = {}

    async def publish_async(self, subject: str, body: bytes, **_: Any) -> asyncio.Future[str]:
        self.tried += 1
        if self.is_away:
            raise ConnectionRefusedError(subject)
        self.taken.append(body)
        acknowledged: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        acknowledged.set_result(subject)
        return acknowledged


@pytest.fixture
async def database(database_of: Callable[[Service], str]) -> AsyncIterator[Database]:
    url = database_of(Service.TRAINER)
    made = await connect(url, service=Service.TRAINER, connections=3)
    yield made
    await made.close()


async def commit(database: Database, body: bytes) -> None:
    async with database.transaction("acme") as tx:
        tx.put("$KV.routes.acme.tickets", body.decode(), body)


async def fail(database: Database, broker: Broker, body: bytes) -> None:
    """Commit something, and wait until it could not leave."""
    before = broker.tried
    await commit(database, body)
    await eventually(lambda: _tried(broker, before + 1))


async def _tried(broker: Broker, wanted: int) -> bool:
    return broker.tried >= wanted


async def test_what_is_committed_after_a_long_outage_leaves_at_once_and_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_LONGEST_PAUSE_S", 600.0)
    broker = Broker()
    relaying = asyncio.create_task(Relay(database, broker, poll_s=60).run())  # pyright: ignore[reportArgumentType]
    for number in range(FAILURES):
        await fail(database, broker, str(number).encode())

    broker.is_away = False
    await commit(database, b"rolled back")

    async def left() -> bool:
        return b"rolled back" in broker.taken

    await eventually(left, within_s=AT_ONCE_S)
    relaying.cancel()
    assert broker.taken == [*(str(number).encode() for number in range(FAILURES)), b"rolled back"]


async def test_what_could_not_even_be_sent_takes_no_place_of_what_is_sent_later(
    database: Database, tmp_path: Path
) -> None:
    server = nats.start(tmp_path)
    settings = parts.settings("postgresql://", server.url)
    client = await nats_connection.connect(settings, Service.TRAINER)
    jetstream = client.jetstream(timeout=5, publish_async_max_pending=2)
    await streams.bootstrap(jetstream, Service.TRAINER, settings)
    nats.stop(tmp_path)
    await eventually(lambda: _is(client, connected=False))
    client._max_pending_size = 0  # pyright: ignore[reportPrivateUsage]
    await commit(database, b"waiting")
    for _ in range(3):
        with pytest.raises(OutboundBufferLimitError):
            await outbox.publish_pending(database, jetstream)

    nats.start(tmp_path)
    await eventually(lambda: _is(client, connected=True))

    assert await outbox.publish_pending(database, jetstream) == 1
    await client.close()
    nats.stop(tmp_path)


async def _is(client: Client, *, connected: bool) -> bool:
    return client.is_connected is connected
