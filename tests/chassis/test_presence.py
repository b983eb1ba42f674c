"""Where it is tried that nobody waits long for an answer which cannot come any more."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis import nats_connection
from chassis.rpc.answering import Answering, Answers
from chassis.rpc.asking import STATUS_HEADER, ask
from chassis.rpc.caller import Caller
from chassis.testing import parts
from contracts.api.page import Page
from contracts.commands.ping import Ping
from contracts.commands.tasks import ListTasks
from contracts.errors import Unavailable
from contracts.service import Service

ANSWER = Page[str](items=()).model_dump_json().encode()
WITHIN_S = 3.5
"""Within two seconds on a machine that has nothing else to do; less than the 4.5 s for which an answer is awaited."""


@pytest.fixture
async def asker(nats_url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(nats_url)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(nats_url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(nats_url, allow_reconnect=False)
    yield connection
    if not connection.is_closed:
        await connection.close()


async def answer_pings(owner: Client) -> None:
    async def pong(request: Msg) -> None:
        await request.respond(b"{}")

    await owner.subscribe(Ping.address_at(Service.REGISTRY), cb=pong)


@asynccontextmanager
async def slow_way(url: str, delay_s: float) -> AsyncGenerator[str]:
    """Give another address of a server, to which everything that is said takes a while."""
    there = urlsplit(url)

    async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, after_s: float) -> None:
        while said := await source.read(65_536):
            await asyncio.sleep(after_s)
            sink.write(said)
        sink.close()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, sink = await asyncio.open_connection(there.hostname, there.port)
        await asyncio.gather(carry(reader, sink, delay_s), carry(answers, writer, 0))

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as way:
        yield f"nats://127.0.0.1:{way.sockets[0].getsockname()[1]}"


async def take(owner: Client, what: Callable[[Msg], object]) -> None:
    async def take_one(request: Msg) -> None:
        what(request)

    await owner.subscribe(ListTasks(limit=1).address(), cb=take_one)
    await nats_connection.settle(owner)


async def test_whoever_answers_is_found_as_soon_as_it_says_that_it_does(asker: Client, nats_url: str) -> None:
    async def none(_: Caller, __: ListTasks) -> Page[str]:
        return Page(items=())

    answers = Answers()
    answers.add_without_transaction(ListTasks, none)
    answering = Answering(Service.REGISTRY, answers, None)  # type: ignore[arg-type]
    async with slow_way(nats_url, 0.1) as url:
        late = await nats.connect(url, allow_reconnect=False)
        await answering.start(late)

        found = await ask(asker, ListTasks(limit=1), parts.caller())

        await late.close()
    assert found.items == ()


async def test_an_owner_that_goes_down_meanwhile_is_unavailable_at_once(asker: Client, owner: Client) -> None:
    closing = list[asyncio.Task[None]]()
    await answer_pings(owner)
    await take(owner, lambda _: closing.append(asyncio.create_task(owner.close())))
    begun = time.monotonic()

    with pytest.raises(Unavailable, match="registry service is not available") as refused:
        await ask(asker, ListTasks(limit=1), parts.caller())

    assert refused.value.facts == {"part": "registry"}
    assert time.monotonic() - begun < WITHIN_S / 2
    await closing[0]


async def test_an_owner_that_hangs_is_unavailable_soon(asker: Client, owner: Client) -> None:
    await owner.subscribe(Ping.address_at(Service.REGISTRY))
    await take(owner, lambda _: None)
    begun = time.monotonic()

    with pytest.raises(Unavailable, match="registry service is not available"):
        await ask(asker, ListTasks(limit=1), parts.caller())

    assert time.monotonic() - begun < WITHIN_S


async def test_an_owner_that_is_only_slow_is_waited_for(asker: Client, owner: Client) -> None:
    later = list[asyncio.Task[None]]()

    async def answer(request: Msg) -> None:
        await asyncio.sleep(0.8)
        await owner.publish(request.reply, ANSWER, headers={STATUS_HEADER: "200"})

    await answer_pings(owner)
    await take(owner, lambda request: later.append(asyncio.create_task(answer(request))))

    found = await ask(asker, ListTasks(limit=1), parts.caller())

    assert found.items == ()
    await later[0]
