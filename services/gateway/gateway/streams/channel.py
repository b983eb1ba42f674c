"""Where the events of one tenant are read once, as long as somebody listens, and handed to all who do."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from chassis.logging import log
from contracts.errors import Unavailable
from gateway.streams.heard import Heard, Wants
from gateway.streams.listener import LISTENERS, Listener
from gateway.streams.past import Past

_SOON_S, _LATEST_S = 0.005, 1.0
_GATHER_S = 0.02
"""Events that happen within so long are read together."""

_FEW = 10
_REST_A_LISTENER_S = 0.001
"""To hand events to a listener takes some 0.1 ms. Few get them at a time, and ten times that is left to all else: so
many listeners hear of something up to half a second later, but nothing that is sent in meanwhile waits for them."""


class Channel:
    """What happens at a tenant's. A subscription only wakes it; what it hands on, it reads from the stream.

    So nothing is heard twice or out of order, and nothing is missed while the connection is lost.
    """

    def __init__(self, tenant: str, past: Past, era: str) -> None:
        self.tenant = tenant
        self.era = era
        self.number = 0
        self._past = past
        self._subject = f"events.{tenant}.>"
        self._listeners: dict[Wants, list[Listener]] = {}
        self._woken = asyncio.Event()
        self._due = 0
        self._subscription: Subscription | None = None
        self._following: asyncio.Task[None] | None = None

    @property
    def listeners(self) -> Sequence[Listener]:
        return [each for listeners in self._listeners.values() for each in listeners]

    async def open(self, connection: Client) -> None:
        """Begin with what happens next; raises `Unavailable`."""
        self._subscription = await connection.subscribe(self._subject, cb=self._wake)
        self.number = await self._past.latest(self._subject)
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        if self._following:
            self._following.cancel()
        if self._subscription:
            with suppress(NatsError, OSError):
                await self._subscription.unsubscribe()

    def add(self, wants: Wants, listener: Listener) -> None:
        self._listeners.setdefault(wants, []).append(listener)
        LISTENERS.inc()

    def remove(self, wants: Wants, listener: Listener) -> None:
        self._listeners[wants].remove(listener)
        if not self._listeners[wants]:
            del self._listeners[wants]
        LISTENERS.dec()

    async def _wake(self, _: Msg) -> None:
        self._due += 1
        self._woken.set()

    async def _follow(self) -> None:
        """Read until cancelled: after a word of something new, and now and then in case a word got lost.

        A word may come before the stream can give what it is about; then it is looked for again, later each time.
        """
        pause = _LATEST_S
        while True:
            if await self._word_within(pause):
                pause = _SOON_S
                await asyncio.sleep(_GATHER_S)
            self._woken.clear()
            await self._read()
            pause = min(pause * 2, _LATEST_S) if self._due else _LATEST_S
            self._due = 0 if pause == _LATEST_S else self._due

    async def _word_within(self, longest_s: float) -> bool:
        try:
            async with asyncio.timeout(longest_s):
                return await self._woken.wait()
        except TimeoutError:
            return False

    async def _read(self) -> None:
        """Hand on what is new, if there is anything."""
        is_more = True
        try:
            while is_more:
                piece = await self._past.read(self.era, self._subject, after=self.number)
                self.number = piece.last or self.number
                self._due = max(self._due - len(piece.events), 0)
                await self._hand_on(piece.events)
                is_more = piece.is_more
        except Unavailable as lost:
            log().warning("channel.blind", tenant=self.tenant, reason=lost.detail)

    async def _hand_on(self, events: Sequence[Heard]) -> None:
        for wants, listeners in list(self._listeners.items()):
            if wanted := [each for each in events if wants(each)]:
                for few in _by_few(listeners):
                    for listener in few:
                        listener.offer(wanted)
                    await asyncio.sleep(len(few) * _REST_A_LISTENER_S)


def _by_few(listeners: Sequence[Listener]) -> list[Sequence[Listener]]:
    return [listeners[first : first + _FEW] for first in range(0, len(listeners), _FEW)]
