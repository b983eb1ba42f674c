"""Where calls are carried out at once, for `Client`."""

import time
from collections.abc import Iterator
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


class Direct:
    """A pool of connections; may be shared by threads."""

    def __init__(self, connection: Connection, transport: httpx.BaseTransport | None = None) -> None:
        """Prepare; nothing is opened before the first call."""
        self._http = httpx.Client(**settings(connection), transport=transport)

    def run(self, steps: Steps[Answer]) -> Answer:
        """Carry out what the steps ask for, until they have their answer."""
        reply: Reply = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                return end.value
            reply = self._take(step)

    def each(self, call: Call[Page[Item]]) -> Iterator[Item]:
        """Give the items of all pages."""
        wanted: Call[Page[Item]] | None = call
        while wanted:
            page = self.run(exchange(wanted))
            yield from page.items
            wanted = next_page(wanted, page)

    def follow(self, stream: Stream[Item]) -> Iterator[Item]:
        """Give the items of a stream, across broken connections."""
        reading = Reading(stream)
        while not reading.ended:
            try:
                yield from self._read(reading)
                pause = reading.stopped()
            except httpx.TransportError as lost:
                pause = reading.broken(lost)
            time.sleep(pause)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _read(self, reading: Reading[Item]) -> Iterator[Item]:
        request = self._http.build_request(**parts(reading.call, reading.headers()), timeout=STREAM_TIMEOUT)
        response = self._http.send(request, stream=True)
        try:
            if not response.is_success:
                response.read()
                time.sleep(reading.broken(response))
                return
            for line in response.iter_lines():
                item = reading.take(line)
                if item is not None:
                    yield item
                if reading.ended:
                    return
        finally:
            response.close()

    def _take(self, step: Call[Any] | Pause) -> Reply:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            if step.sink:
                return self._receive(step, step.sink)
            content: dict[str, Any] = {"content": step.upload.blocks()} if step.upload else {}
            return self._http.request(**parts(step) | content)
        except httpx.TransportError as failure:
            return failure

    def _receive(self, call: Call[Any], sink: Sink) -> httpx.Response:
        with self._http.stream(**parts(call)) as response:
            if not response.is_success:
                response.read()
                return response
            sink.receive(response.iter_bytes(BLOCK), length(response))
            return received(response)
