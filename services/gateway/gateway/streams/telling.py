"""Where events are told from any position on: first what is stored, then what happens, nothing twice."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.faults import UNREACHABLE
from contracts.errors import NotAuthenticated
from gateway.streams.broadcast import Broadcast
from gateway.streams.heard import Heard, Position, Wants
from gateway.streams.listener import Listener, Welcome
from gateway.streams.past import Piece

_REST = 4.0
"""What was stored is read a fifth of the time at most, so that many who come back do not hold up what is sent in."""
_LONGEST_REST_S = 1.0
_TRIES, _PAUSE_S = 3, 0.05


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose events somebody wants, which, and since when: a position, a time, or from now on.

    What was stored is looked for under ``subject``; it may be wider than what is wanted.
    """

    tenant: str
    wants: Wants
    welcome: Welcome
    subject: str = ">"
    after: Position | None = None
    since: datetime | None = None

    @property
    def address(self) -> str:
        return f"events.{self.tenant}.{self.subject}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something may be missing here, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """Nothing more comes, for a reason."""

    reason: str


_LOST = Gap("The stream of events was begun anew since; what it held before is lost.")
_FORGOTTEN = Gap("What happened since is in part so long ago that events may not be kept any more.")

Told = Sequence[Heard] | Gap | End | None
"""None is a sign of life; the first says that everything stored has been told."""


@dataclass(slots=True)
class _Place:
    """How far it was told, and how far the stream went when it was begun."""

    era: str
    number: int
    last: int
    since: datetime | None = None


async def tell(broadcast: Broadcast, wish: Wish, *, patience_s: float) -> AsyncGenerator[Told]:
    """Give events until nobody may listen any more; raises `NotAuthenticated` where that is before all is told.

    Raises `Unavailable`.
    """
    place, gap = await _begin(broadcast, wish)
    if gap:
        yield gap
    if place.number < place.last:
        async for events in _stored(broadcast, wish, place):
            yield events
    async with broadcast.listening(wish.tenant, wish.wants, wish.welcome) as listener:
        async for events in _stored(broadcast, wish, place, until=listener.number):
            yield events
        yield None
        async for events in _live(listener, place.number, patience_s):
            yield events
        yield End(listener.reason)


async def _begin(broadcast: Broadcast, wish: Wish) -> tuple[_Place, Gap | None]:
    extent = await broadcast.past.extent()
    place = _Place(extent.era, extent.last, extent.last)
    if wish.after is None:
        return replace(place, number=extent.first - 1, since=wish.since) if wish.since else place, None
    if wish.after.era != extent.era:
        return replace(place, number=0), _LOST
    is_kept = wish.after.number + 1 >= extent.first
    return replace(place, number=min(wish.after.number, extent.last)), None if is_kept else _FORGOTTEN


async def _stored(
    broadcast: Broadcast, wish: Wish, place: _Place, *, until: int | None = None
) -> AsyncGenerator[Sequence[Heard]]:
    """Give what is stored after the place: as far as there is more, or until a number that is known to be there.

    A replica of the stream may know of it a moment later, and under a narrow subject it may not lie at all.
    """
    tries, is_more = _TRIES, True
    while is_more if until is None else tries and place.number < until:
        await _demand_welcome(wish)
        piece = await _next_piece(broadcast, wish, place)
        is_more = piece.is_more
        if piece.last:
            place.number, place.since = piece.last, None
            yield [each for each in piece.events if wish.wants(each)]
        elif until is not None:
            tries -= 1
            await asyncio.sleep(_PAUSE_S)


async def _demand_welcome(wish: Wish) -> None:
    """Tell nothing more to whoever may not listen any more; raises `NotAuthenticated`, with the reason."""
    with suppress(*UNREACHABLE):
        if refusal := await wish.welcome():
            raise NotAuthenticated(refusal)


async def _next_piece(broadcast: Broadcast, wish: Wish, place: _Place) -> Piece:
    async with broadcast.reading:
        begun = time.monotonic()
        piece = await broadcast.past.read(place.era, wish.address, after=place.number, since=place.since)
        await asyncio.sleep(min(_REST * (time.monotonic() - begun), _LONGEST_REST_S))
    return piece


async def _live(listener: Listener, after: int, patience_s: float) -> AsyncGenerator[Sequence[Heard] | None]:
    while listener.open:
        events = await listener.next(patience_s)
        if listener.open:
            yield [each for each in events if each.position.number > after] or None
