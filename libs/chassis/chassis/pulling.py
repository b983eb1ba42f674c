"""Where messages are pulled from a consumer by the thousand.

It asks the server as nats-py's `fetch` does, but hears the answers through one callback: `fetch` makes a task and a
UUID for each message, which is most of the cost of a small one.
"""

import asyncio
import contextlib
import json

from nats.aio.client import Client
from nats.aio.msg import Msg

from contracts.topology import Consumer

_EXPIRES_S = 2.0
_PATIENCE_S = 0.5
LINGER_S = 0.05
_ENDS = "Nats-Pending-Messages"


class Puller:
    """Keeps a request for messages open at the server, and gives what has come."""

    def __init__(self, connection: Client, consumer: Consumer, batch: int) -> None:
        """Prepare to have at most ``2 * batch`` messages waiting here."""
        self._connection = connection
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{consumer.stream}.{consumer.name}"
        self._inbox = connection.new_inbox()
        self._batch = batch
        self._asked_for = 0
        self._waiting: list[Msg] = []
        self._arrived = asyncio.Event()
        self._filled = asyncio.Event()

    async def open(self) -> None:
        """Listen for what the server sends."""
        await self._connection.subscribe(self._inbox, cb=self._hear)

    async def fetch(self) -> list[Msg]:
        """Give a batch, or what came together a moment after its first message; nothing if none came for seconds."""
        if self._asked_for < self._batch:
            await self._ask()
        if not self._waiting and not await self._wait(self._arrived, _EXPIRES_S + _PATIENCE_S):
            self._asked_for = 0  # without a word the server has forgotten what it was asked, as over a reconnect
        if 0 < len(self._waiting) < self._batch:
            await self._wait(self._filled, LINGER_S)
        messages, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
        return messages

    async def _ask(self) -> None:
        request = {"batch": self._batch, "expires": int(_EXPIRES_S * 1e9)}
        await self._connection.publish(self._subject, json.dumps(request).encode(), reply=self._inbox)
        self._asked_for += self._batch

    async def _wait(self, event: asyncio.Event, seconds: float) -> bool:
        event.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await event.wait()
        return False

    async def _hear(self, message: Msg) -> None:
        if message.headers and "Status" in message.headers:
            self._end(message.headers.get(_ENDS))
        else:
            self._waiting.append(message)
            self._asked_for -= 1
        self._arrived.set()
        if len(self._waiting) >= self._batch:
            self._filled.set()

    def _end(self, unanswered: str | None) -> None:
        """Note that a request has run out; the server says how many of its messages it did not send."""
        count = self._asked_for
        with contextlib.suppress(TypeError, ValueError):
            count = int(unanswered or "")
        self._asked_for = max(0, self._asked_for - count)
