"""Where an event stream is opened over HTTP, kept alive, and ended for a reason that is told."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from chassis.logging import log
from contracts.errors import DomainError
from gateway.access.identity import demand
from gateway.access.rights import Right
from gateway.api.asker import Asker, Reader
from gateway.streams import telling, wire
from gateway.streams.heard import Position, Wants
from gateway.streams.listener import Welcome
from gateway.streams.telling import End, Gap, Told, Wish

LAST = "Last-Event-ID"
LastEvent = Annotated[str | None, Header(alias=LAST, description="Go on after the event with this `id:`.")]
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {wire.MEDIA_TYPE: {}}, "description": "Events; each is a `LiveEvent`."}
}


class EventStream(StreamingResponse):
    """A stream whose reader may be slow for a while, but not for ever."""

    def __init__(self, lines: AsyncGenerator[bytes], stall_s: float) -> None:
        super().__init__(lines, media_type=wire.MEDIA_TYPE, headers=wire.HEADERS)
        self._lines = lines
        self._stall_s = stall_s

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(self._stall_s):
                await send(message)

        async with aclosing(self._lines):
            try:
                await super().stream_response(send_in_time)
            except TimeoutError:
                log().warning("listener.stalled", after_s=self._stall_s)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who may watch, as long as their key is good."""

    asker: Asker
    welcome: Welcome

    @property
    def patience_s(self) -> float:
        return self.asker.desk.settings.heartbeat_s

    def wish(self, wants: Wants, last: str | None) -> Wish:
        """Give what is asked for: the tenant's events from now on, or after the last one that was seen."""
        after = Position.read(last, LAST) if last else None
        return Wish(self.asker.caller.tenant, wants, self.welcome, after=after)

    def told(self, wish: Wish) -> AsyncGenerator[Told]:
        return telling.tell(self.asker.desk.broadcast, wish, patience_s=self.patience_s)

    def live(self, wish: Wish) -> EventStream:
        """Stream without end."""
        return self.stream(_written(self.told(wish)))

    def stream(self, lines: AsyncGenerator[bytes]) -> EventStream:
        return EventStream(_told_to_the_end(lines), self.asker.desk.settings.stream_stall_s)


async def _place(request: Request) -> AsyncGenerator[None]:
    """Hold a place among the tenant's streams until the last of the answer has left."""
    asker: Asker = request.state.asker
    with asker.desk.broadcast.admitted(asker.caller.tenant):
        yield


async def _watcher(request: Request, reader: Reader, _: Annotated[None, Depends(_place, scope="request")]) -> Watcher:
    return Watcher(reader, _welcome(reader, dict(request.scope["headers"])))


Watching = Annotated[Watcher, Depends(_watcher)]


def written(told: Told) -> bytes:
    """Write what is told."""
    match told:
        case None:
            return wire.SIGN_OF_LIFE
        case Gap():
            return wire.gap(told.reason)
        case End():
            return wire.closed(told.reason)
        case _:
            return b"".join(each.written for each in told)


def _welcome(asker: Asker, headers: Mapping[bytes, bytes]) -> Welcome:
    async def still() -> str:
        try:
            demand(await asker.desk.keyring.identify(headers, reading=True), Right.READ)
        except DomainError as refusal:
            return refusal.detail
        return ""

    return still


async def _told_to_the_end(lines: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """Tell in the stream what goes wrong once it has begun."""
    async with aclosing(lines):
        try:
            async for each in lines:
                yield each
        except DomainError as refusal:
            yield wire.closed(refusal.detail)


async def _written(told: AsyncGenerator[Told]) -> AsyncGenerator[bytes]:
    async with aclosing(told):
        async for each in told:
            yield written(each)
