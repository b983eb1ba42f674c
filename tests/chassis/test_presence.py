"""Where it is tried that nobody waits long for an answer which cannot come any more."""

import asyncio
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


class PatientlyListTasks(ListTasks):
    """A question whose answer is awaited so long that it is never the end of the time at which one gives up."""

    timeout_s = 120.0


ASKED = PatientlyListTasks(limit=1)
ONE_LOOK, TWO_SILENCES = 1, 2
"""So often it is asked whether somebody is there before one gives up: who is gone at once, who hangs is asked twice."""


@pytest.fixture
async def asker(nats_url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(nats_url)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(nats_url: str) -> AsyncIterator[Client]:
    connection = await nats.connect(nats_url, allow_reconnect=False, connect_timeout=30)
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

    await owner.subscribe(ASKED.address(), cb=take_one)
    await nats_connection.settle(owner)


async def test_whoever_answers_is_found_as_soon_as_it_says_that_it_does(asker: Client, nats_url: str) -> None:
    async def none(_: Caller, __: ListTasks) -> Page[str]:
        return Page(items=())

    answers = Answers()
    answers.add_without_transaction(ListTasks, none)
    answering = Answering(Service.REGISTRY, answers, None)  # type: ignore[arg-type]
    async with slow_way(nats_url, 0.1) as url:
        late = await nats.connect(url, allow_reconnect=False, connect_timeout=30)
        await answering.start(late)

        found = await ask(asker, ASKED, parts.caller())

        await late.close()
    assert found.items == ()


async def test_an_owner_that_goes_down_meanwhile_is_unavailable_at_once(asker: Client, owner: Client) -> None:
    closing = list[asyncio.Task[None]]()
    await take(owner, lambda _: closing.append(asyncio.create_task(owner.close())))

    with pytest.raises(Unavailable, match="registry service is not available") as refused:
        await ask(asker, ASKED, parts.caller())

    assert refused.value.facts == {"part": "registry"}
    assert asker.stats["out_msgs"] == 1 + ONE_LOOK
    await closing[0]


async def test_an_owner_that_hangs_is_unavailable_soon(asker: Client, owner: Client) -> None:
    await owner.subscribe(Ping.address_at(Service.REGISTRY))
    await take(owner, lambda _: None)

    with pytest.raises(Unavailable, match="registry service is not available"):
        await ask(asker, ASKED, parts.caller())

    assert asker.stats["out_msgs"] == 1 + TWO_SILENCES


async def test_an_owner_that_is_only_slow_is_waited_for(asker: Client, owner: Client) -> None:
    later = list[asyncio.Task[None]]()

    async def answer(request: Msg) -> None:
        await asyncio.sleep(0.8)
        await owner.publish(request.reply, ANSWER, headers={STATUS_HEADER: "200"})

    await answer_pings(owner)
    await take(owner, lambda request: later.append(asyncio.create_task(answer(request))))

    found = await ask(asker, ASKED, parts.caller())

    assert found.items == ()
    await later[0]
