"""Where it is tried that nobody waits long for a Postgres that hangs, and that it is used again once it goes on."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from chassis import database
from chassis.database import Database, connect
from chassis.testing.waiting import eventually
from contracts.service import Service


class Way:
    """Another address of a server, on which nothing is carried while it is blocked."""

    def __init__(self, host: str, port: int) -> None:
        self._there = host, port
        self.open = asyncio.Event()
        self.open.set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, sink = await asyncio.open_connection(*self._there)
        await asyncio.gather(self._carry(reader, sink), self._carry(answers, writer))

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while said := await source.read(65_536):
            await self.open.wait()
            sink.write(said)
        sink.close()


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[tuple[Way, Database]]:
    there = urlsplit(url)
    way = Way(there.hostname or "", there.port or 0)
    async with await asyncio.start_server(way.meet, "127.0.0.1", 0) as door:
        here = there._replace(netloc=f"{there.username}:{there.password}@127.0.0.1:{door.sockets[0].getsockname()[1]}")
        made = await connect(here.geturl(), service=Service.TRAINER, connections=2)
        yield way, made
        way.open.set()
        await made.close()


async def one(made: Database) -> int:
    async with made.transaction("acme") as tx:
        return await tx.fetchval("SELECT 1")


async def answers(made: Database) -> bool:
    try:
        return await one(made) == 1
    except TimeoutError:
        return False


async def test_many_who_ask_a_database_that_hangs_are_refused_and_it_is_used_again_later(
    database_of: Callable[[Service], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(database_of(Service.TRAINER)) as (way, made):
        await one(made)
        monkeypatch.setattr(database, "_BEGUN_S", 0.2)
        monkeypatch.setattr(database, "_FREE_S", 1.0)
        way.open.clear()

        refused = await asyncio.wait_for(
            asyncio.gather(*(one(made) for _ in range(20)), return_exceptions=True), timeout=30
        )
        way.open.set()

        assert {type(refusal) for refusal in refused} == {TimeoutError}
        assert await eventually(lambda: answers(made))
