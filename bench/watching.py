"""Where many watch event streams in a process of their own, and note what they see: `python -m bench.watching`."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from subprocess import PIPE, Popen
from typing import Any
from urllib.parse import urlsplit

import uvloop

_SAMPLED = 20


@dataclass(frozen=True, slots=True)
class Order:
    """Which address is watched, with which headers, by how many."""

    url: str
    headers: dict[str, str]
    listeners: int


@dataclass(slots=True)
class Seen:
    """What one listener saw: how many events, numbers left out or out of order, and how late those it timed came."""

    events: int = 0
    wrong: int = 0
    latest: int = 0
    closed: bool = False
    late_ms: list[float] = field(default_factory=list[float])


class Watchers:
    """The process with the listeners."""

    def __init__(self, order: Order) -> None:
        command = [sys.executable, "-m", "bench.watching", json.dumps(asdict(order))]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, text=True)
        self.connected_s = float(self._line())

    def stop(self) -> Sequence[dict[str, Any]]:
        """Hear no more; give what each saw."""
        if self._process.stdin:
            self._process.stdin.close()
        seen = json.loads(self._line())
        self._process.wait(20)
        return seen

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


async def _watch(order: Order, seen: Seen, begun: asyncio.Event, *, timed: bool) -> None:
    parts = urlsplit(order.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    headers = "".join(f"{name}: {value}\r\n" for name, value in ({"Host": parts.netloc} | order.headers).items())
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    rest = b""
    with suppress(asyncio.CancelledError):
        while block := await reader.read(2**18):
            if b":\n\n" in block:
                begun.set()
            *lines, rest = (rest + block).split(b"\n")
            _take(seen, lines, timed=timed)
        seen.closed = True
    writer.close()


def _take(seen: Seen, lines: Sequence[bytes], *, timed: bool) -> None:
    for line in lines:
        if line.startswith(b"data: "):
            number = int(line.partition(b'"number":')[2].partition(b",")[0])
            seen.wrong += seen.latest not in {0, number - 1}
            seen.events, seen.latest = seen.events + 1, number
            if timed:
                said = datetime.fromisoformat(json.loads(line[6:])["at"])
                seen.late_ms.append((time.time() - said.timestamp()) * 1000)


async def _listen(order: Order) -> None:
    began, all_seen = time.perf_counter(), [Seen() for _ in range(order.listeners)]
    begun = [asyncio.Event() for _ in all_seen]
    tasks = [
        asyncio.create_task(_watch(order, seen, begun[number], timed=number < _SAMPLED))
        for number, seen in enumerate(all_seen)
    ]
    await asyncio.gather(*(each.wait() for each in begun))
    print(time.perf_counter() - began, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    told = [asdict(each) for each in all_seen]
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(_listen(Order(**json.loads(sys.argv[1]))))
