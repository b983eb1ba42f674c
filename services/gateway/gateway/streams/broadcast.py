"""Where everybody who listens is known: let in, looked after, and told when it is over."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from nats.aio.client import Client

from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.errors import TooManyRequests, Unavailable
from gateway.streams.channel import Channel
from gateway.streams.heard import Wants
from gateway.streams.listener import Listener, Welcome, always
from gateway.streams.past import Past

_STOPPING = "The gateway is stopping. Connect again to go on where you are."
_BEGUN_ANEW = "The stream of events was lost, and began anew. Connect again to go on."
_EVERY_S = 2.0
_READERS = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a listener may lag behind, in events, and how many listeners a tenant may have at once."""

    backlog: int
    listeners: int


class Broadcast:
    """The channels of all tenants that somebody listens to; a tenant without listeners costs nothing."""

    def __init__(self, connection: Client, limits: Limits) -> None:
        self.past = Past(connection)
        self.reading = asyncio.Semaphore(_READERS)
        """Held while somebody reads what happened before; many who come back at once take turns."""
        self._connection = connection
        self._limits = limits
        self._channels: dict[str, Channel] = {}
        self._watching = Counter[str]()
        self._opening = asyncio.Lock()
        self._stopped = False

    async def run(self) -> None:
        """See to it, until cancelled, that whoever may listen no more does not, and that the stream is the same one."""
        while True:
            await asyncio.sleep(_EVERY_S)
            for listener in [each for channel in self._channels.values() for each in channel.listeners]:
                await _look_after(listener)
            await self._compare_eras()

    def stop(self) -> None:
        """Close all listeners, so that their streams end."""
        self._stopped = True
        self._close_all(_STOPPING)

    @contextmanager
    def admitted(self, tenant: str) -> Generator[None]:
        """Count a stream for as long as it is open, also while it tells what is stored; raises `TooManyRequests`."""
        if self._watching[tenant] >= self._limits.listeners:
            detail = (
                f"This tenant listens to {self._limits.listeners:,} event streams already, which is as many as may be."
            )
            raise TooManyRequests(detail)
        self._watching[tenant] += 1
        try:
            yield
        finally:
            self._watching -= Counter({tenant: 1})

    @asynccontextmanager
    async def listening(self, tenant: str, wants: Wants, welcome: Welcome = always) -> AsyncGenerator[Listener]:
        """Listen to what happens from now on; raises `Unavailable`."""
        listener = Listener(self._limits.backlog, welcome)
        channel = await self._join(tenant, wants, listener)
        listener.begin(channel.number)
        if self._stopped:
            listener.close(_STOPPING)
        try:
            yield listener
        finally:
            await self._leave(channel, wants, listener)

    async def _join(self, tenant: str, wants: Wants, listener: Listener) -> Channel:
        async with self._opening:
            channel = self._channels.get(tenant)
            if channel is None:
                channel = self._channels[tenant] = await self._opened(tenant)
            channel.add(wants, listener)
        return channel

    async def _opened(self, tenant: str) -> Channel:
        channel = Channel(tenant, self.past, (await self.past.extent()).era)
        try:
            await channel.open(self._connection)
        except BaseException:
            await channel.close()
            raise
        return channel

    async def _leave(self, channel: Channel, wants: Wants, listener: Listener) -> None:
        channel.remove(wants, listener)
        if channel.listeners:
            return
        if self._channels.get(channel.tenant) is channel:
            del self._channels[channel.tenant]
        await asyncio.shield(channel.close())

    async def _compare_eras(self) -> None:
        if not self._channels:
            return
        try:
            extent = await self.past.extent()
        except Unavailable as lost:
            log().warning("broadcast.blind", reason=lost.detail)
            return
        if any(channel.era != extent.era for channel in self._channels.values()):
            self._close_all(_BEGUN_ANEW)
            self._channels.clear()

    def _close_all(self, reason: str) -> None:
        for listener in [each for channel in self._channels.values() for each in channel.listeners]:
            listener.close(reason)


async def _look_after(listener: Listener) -> None:
    try:
        refusal = await listener.welcome()
    except UNREACHABLE:
        return
    if refusal:
        listener.close(refusal)
