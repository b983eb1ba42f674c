"""Where it is tried that messages taken in bulk are stored before they are acknowledged, and none stops the others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import asyncpg
import nats
import pytest
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from chassis import streams
from chassis.bulk import BulkConsumer, Work
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.service import Service
from contracts.topology import INGEST_CONSUMER, INGEST_STREAM, Consumer

CONSUMER = Consumer(INGEST_STREAM, INGEST_CONSUMER, None)


class Table:
    """Stands for the database: it stores texts, refuses some, and can be out of reach."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.outages = 0

    async def read(self, messages: Sequence[Msg]) -> list[str]:
        return [message.data.decode() for message in messages]

    async def store(self, texts: list[str]) -> None:
        if self.outages:
            self.outages -= 1
            raise ConnectionResetError
        if "bad" in texts:
            raise asyncpg.DataError("bad text")
        self.rows += texts

    async def refuse(self, message: Msg, reason: str) -> None:
        self.refused.append((message.data.decode(), reason))


@pytest.fixture
async def jetstream(nats_url: str) -> AsyncIterator[JetStreamContext]:
    connection = await nats.connect(nats_url)
    made = connection.jetstream()
    await streams.bootstrap(made, Service.FEEDBACK, parts.settings("postgresql://", nats_url))
    yield made
    await connection.close()


@pytest.fixture
async def table(jetstream: JetStreamContext, nats_url: str) -> AsyncIterator[Table]:
    assert await jetstream.consumer_info(INGEST_STREAM, INGEST_CONSUMER)
    made, connection = Table(), await nats.connect(nats_url)
    consumer = BulkConsumer(connection, CONSUMER, Work(made.read, made.store, made.refuse))
    running = asyncio.create_task(consumer.run())
    yield made
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await connection.close()


async def publish(jetstream: JetStreamContext, *texts: str) -> None:
    for text in texts:
        await jetstream.publish("ingest.acme.feedback", text.encode(), stream=INGEST_STREAM)


async def settled(jetstream: JetStreamContext) -> bool:
    """Look into the stream, which keeps what is not acknowledged: its consumer hears of a message a moment later."""
    return (await jetstream.stream_info(INGEST_STREAM)).state.messages == 0


async def test_what_is_published_is_stored_and_acknowledged(jetstream: JetStreamContext, table: Table) -> None:
    await publish(jetstream, *(str(number) for number in range(250)))

    await eventually(lambda: settled(jetstream))

    assert sorted(table.rows, key=int) == [str(number) for number in range(250)]


async def test_a_message_that_cannot_be_stored_stands_alone(jetstream: JetStreamContext, table: Table) -> None:
    await publish(jetstream, "a", "b", "bad", "c")

    await eventually(lambda: settled(jetstream))

    assert sorted(table.rows) == ["a", "b", "c"]
    assert table.refused == [("bad", "bad text")]


async def test_an_outage_loses_nothing(jetstream: JetStreamContext, table: Table) -> None:
    table.outages = 2
    await publish(jetstream, "a", "b")

    await eventually(lambda: settled(jetstream))

    assert sorted(table.rows) == ["a", "b"]


async def test_an_ingest_stream_takes_no_rollups_from_applications(jetstream: JetStreamContext) -> None:
    await publish(jetstream, "kept")

    with pytest.raises(nats.js.errors.APIError):
        await jetstream.publish("ingest.acme.feedback", b"", headers={"Nats-Rollup": "all"})


async def test_more_than_a_batch_is_pulled_in_order_and_idle_times_change_nothing(
    jetstream: JetStreamContext, table: Table
) -> None:
    await publish(jetstream, "early")
    await asyncio.sleep(2.2)
    for start in range(0, 2500, 500):
        sent = [
            await jetstream.publish_async("ingest.acme.feedback", str(start + number).encode()) for number in range(500)
        ]
        await asyncio.gather(*sent)

    await eventually(lambda: settled(jetstream))

    assert table.rows == ["early", *(str(number) for number in range(2500))]
