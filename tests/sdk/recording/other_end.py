"""Where the other end of a recorder is played: it accepts, refuses or is away as a test wants it."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracts.errors import DomainError
from ratchet.recording.items import Item
from ratchet.recording.sender import Line, Most

Found = TypeVar("Found")


@dataclass
class OtherEnd:
    """Accepts what is not ``wrong``; raises ``fault`` while there is one."""

    label: str = "other-end"
    most: Most = field(default_factory=lambda: Most(100, 100_000))
    sent: list[tuple[str, list[Any]]] = field(default_factory=list)
    fault: Exception | None = None
    wrong: Callable[[Any], bool] = lambda _: False
    refusal: DomainError | None = None
    answer: Mapping[int, str] | None = None
    hangs: bool = False

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Line]:
        yield self

    async def send(self, sort: str, bodies: Sequence[bytes]) -> Mapping[int, str]:
        while self.hangs:
            await asyncio.sleep(0.01)
        if self.fault:
            raise self.fault
        items = [json.loads(body) for body in bodies]
        self.sent.append((sort, items))
        places = [place for place, each in enumerate(items) if self.wrong(each)]
        if places and self.refusal:
            raise self.refusal
        return dict.fromkeys(places, "it is wrong")

    def items(self) -> list[Any]:
        return [item for _, batch in self.sent for item in batch]


def until(look: Callable[[], Found | None], within_s: float = 60.0) -> Found | None:
    """Look until there is something to see, or the time is over."""
    deadline = time.monotonic() + within_s
    while (found := look()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def item(number: int, sort: str = "inference", padding: int = 0) -> Item:
    return Item(sort, json.dumps({"number": number, "padding": "x" * padding}).encode())
