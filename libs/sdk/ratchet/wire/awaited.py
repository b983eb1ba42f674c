"""Where calls are carried out while others go on, for `AsyncClient`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import httpx

from contracts.api.page import Page
from ratchet.wire.call import Call, Stream, next_page
from ratchet.wire.connection import STREAM_TIMEOUT, Connection, length, parts, received, settings
from ratchet.wire.exchange import Pause, Reply, Steps, exchange
from ratchet.wire.files import BLOCK, Sink
from ratchet.wire.sse import Reading

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Awaited:
    """A pool of connections; belongs to one event loop."""

    def __init__(self, connection: Connection, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Prepare; nothing is opened before the first call."""
        self._http = httpx.AsyncClient(**settings(connection), transport=transport)

    async def run(self, steps: Steps[Answer]) -> Answer:
        """Carry out what the steps ask for, until they have their answer."""
        reply: Reply = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                return end.value
            reply = await self._take(step)

    async def each(self, call: Call[Page[Item]]) -> AsyncIterator[Item]:
        """Give the items of all pages."""
        wanted: Call[Page[Item]] | None = call
        while wanted:
            page = await self.run(exchange(wanted))
            for item in page.items:
                yield item
            wanted = next_page(wanted, page)

    async def follow(self, stream: Stream[Item]) -> AsyncIterator[Item]:
        """Give the items of a stream, across broken connections."""
        reading = Reading(stream)
        while not reading.ended:
            try:
                async for item in self._read(reading):
                    yield item
                pause = reading.stopped()
            except httpx.TransportError as lost:
                pause = reading.broken(lost)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _read(self, reading: Reading[Item]) -> AsyncIterator[Item]:
        request = self._http.build_request(**parts(reading.call, reading.headers()), timeout=STREAM_TIMEOUT)
        response = await self._http.send(request, stream=True)
        try:
            if not response.is_success:
                await response.aread()
                await asyncio.sleep(reading.broken(response))
                return
            async for line in response.aiter_lines():
                item = reading.take(line)
                if item is not None:
                    yield item
                if reading.ended:
                    return
        finally:
            await response.aclose()

    async def _take(self, step: Call[Any] | Pause) -> Reply:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            if step.sink:
                return await self._receive(step, step.sink)
            content: dict[str, Any] = {"content": step.upload.awaited_blocks()} if step.upload else {}
            return await self._http.request(**parts(step) | content)
        except httpx.TransportError as failure:
            return failure

    async def _receive(self, call: Call[Any], sink: Sink) -> httpx.Response:
        async with self._http.stream(**parts(call)) as response:
            if not response.is_success:
                await response.aread()
                return response
            await sink.receive_awaited(response.aiter_bytes(BLOCK), length(response))
            return received(response)
