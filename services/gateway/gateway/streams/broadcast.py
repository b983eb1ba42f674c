"""Where events are heard once for the whole gateway, and handed on to everybody who listens."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.logging import log
from contracts.event import Envelope

EVERYTHING = "events.>"


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it went by."""

    envelope: Envelope
    content: dict[str, Any]


Wants = Callable[[Heard], bool]


class Listener:
    """Somebody who listens to a part of one tenant's events; who falls too far behind is closed."""

    def __init__(self, tenant: str, wants: Wants, backlog: int) -> None:
        self.tenant = tenant
        self.open = True
        self._wants = wants
        self._waiting = asyncio.Queue[Heard | None](backlog)

    async def next(self, within_s: float) -> Heard | None:
        """Give the next event, or None if there was none in time or there will be none any more."""
        try:
            async with asyncio.timeout(within_s):
                return await self._waiting.get()
        except TimeoutError:
            return None

    def offer(self, heard: Heard) -> None:
        if not (self.open and self._wants(heard)):
            return
        try:
            self._waiting.put_nowait(heard)
        except asyncio.QueueFull:
            self.open = False
            log().warning("listener.closed", tenant=self.tenant, reason="it fell too far behind")

    def close(self) -> None:
        self.open = False
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(None)


class Broadcast:
    """The one subscription to all events, and its listeners."""

    def __init__(self, backlog: int) -> None:
        self._backlog = backlog
        self._listeners: dict[str, list[Listener]] = {}
        self._stopped = False

    async def start(self, connection: Client) -> None:
        await connection.subscribe(EVERYTHING, cb=self._hear)

    def stop(self) -> None:
        """Close all listeners, so that their streams end."""
        self._stopped = True
        for listener in [each for listeners in self._listeners.values() for each in listeners]:
            listener.close()

    @contextmanager
    def listening(self, tenant: str, wants: Wants) -> Generator[Listener]:
        listener = Listener(tenant, wants, self._backlog)
        listener.open = not self._stopped
        self._listeners.setdefault(tenant, []).append(listener)
        try:
            yield listener
        finally:
            self._listeners[tenant].remove(listener)
            if not self._listeners[tenant]:
                del self._listeners[tenant]

    async def _hear(self, message: Msg) -> None:
        listeners = self._listeners.get(message.subject.split(".")[1])
        heard = _read(message) if listeners else None
        if listeners and heard:
            for listener in listeners:
                listener.offer(heard)


def _read(message: Msg) -> Heard | None:
    try:
        return Heard(Envelope.read(dict(message.headers or {})), orjson.loads(message.data))
    except (KeyError, ValueError) as wrong:
        log().warning("event.unreadable", subject=message.subject, reason=repr(wrong))
        return None
