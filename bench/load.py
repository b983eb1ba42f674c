"""Where HTTP requests are made for measuring: few instructions each, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Bodies = Callable[[int], bytes]
"""Makes the body of the n-th request."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a load: requests a second, latencies in milliseconds, and answers other than wanted."""

    rate: float
    latencies: Sequence[float]
    refused: int


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go, and the status that they should be answered with."""

    url: str
    headers: dict[str, str]
    status: int
    method: str = "POST"

    def request(self, body: bytes) -> bytes:
        parts = urlsplit(self.url)
        lines = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        } | self.headers
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return f"{self.method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


_CONNECTIONS = 64
_Nth = Callable[[int], tuple[Target, bytes]]
"""Says where the n-th request goes, and with which body."""


class _Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self._buffer = b""
        if self._answered and not self._answered.done():
            self._answered.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> int:
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        self._transport.close()


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def as_fast_as_possible(target: Target, bodies: Bodies, *, requests: int, connections: int = 64) -> Outcome:
    """Keep every connection busy until the requests are made."""
    numbers, latencies, wrong = iter(range(requests)), list[float](), list[int]()

    async def work(connection: _Connection) -> None:
        for number in numbers:
            begun = time.perf_counter()
            status = await connection.ask(target.request(bodies(number)))
            latencies.append((time.perf_counter() - begun) * 1000)
            if status != target.status:
                wrong.append(status)

    pool = await _connect(target, connections)
    begun = time.perf_counter()
    await asyncio.gather(*(work(connection) for connection in pool))
    rate = requests / (time.perf_counter() - begun)
    _close(pool)
    return Outcome(rate, latencies, len(wrong))


async def at_a_rate(target: Target, bodies: Bodies, *, rate: float, seconds: float) -> Outcome:
    """Make requests at a steady rate; latency counts from when a request was due, not from its sending."""
    return await _steadily(target, lambda number: (target, bodies(number)), rate=rate, seconds=seconds)


async def in_turn_at_a_rate(orders: Sequence[tuple[Target, bytes]], *, rate: float, seconds: float) -> Outcome:
    """Make several requests of one server one after another, again and again, at a steady rate."""
    return await _steadily(orders[0][0], lambda number: orders[number % len(orders)], rate=rate, seconds=seconds)


async def _steadily(server: Target, nth: _Nth, *, rate: float, seconds: float) -> Outcome:
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    pool = await _connect(server, _CONNECTIONS)
    for connection in pool:
        free.put_nowait(connection)
    latencies, wrong, total = list[float](), list[int](), int(rate * seconds)

    async def send(number: int, due: float) -> None:
        connection = await free.get()
        target, body = nth(number)
        status = await connection.ask(target.request(body))
        free.put_nowait(connection)
        latencies.append((time.perf_counter() - due) * 1000)
        if status != target.status:
            wrong.append(status)

    begun, tasks = time.perf_counter(), set[asyncio.Task[None]]()
    for number in range(total):
        due = begun + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        tasks.add(asyncio.create_task(send(number, due)))
    await asyncio.gather(*tasks)
    _close(pool)
    return Outcome(total / (time.perf_counter() - begun), latencies, len(wrong))


async def _connect(target: Target, connections: int) -> list[_Connection]:
    parts, loop = urlsplit(target.url), asyncio.get_running_loop()
    made = [await loop.create_connection(_Connection, parts.hostname, parts.port) for _ in range(connections)]
    return [connection for _, connection in made]


def _close(pool: Sequence[_Connection]) -> None:
    for connection in pool:
        connection.close()
