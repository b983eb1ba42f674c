"""Where it is worked out which time a question is about, and how its series is divided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.api.metrics import Period
from contracts.errors import InvalidInput
from feedback.metrics import grains
from feedback.metrics.grains import Kept
from feedback.store.sums import Grain, Piece

_LENGTHS = {
    Period.HOUR: timedelta(hours=1),
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(weeks=1),
    Period.MONTH: timedelta(days=30),
}
_STEPS = ((timedelta(hours=3), Grain.MINUTE), (timedelta(days=4), Grain.HOUR), (timedelta(days=400), Grain.DAY))
_A_WEEK = timedelta(weeks=1)


class Asked(NamedTuple):
    """The time that is asked about: a period until now, unless it begins or ends at a time."""

    period: Period
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A time from a moment, up to, but without, another; None is open. It consists of whole stretches of sums."""

    since: datetime | None
    until: datetime | None

    def pieces(self, longest: Grain = Grain.MONTH) -> Sequence[Piece]:
        """Cover the window with stretches, none longer than this."""
        return grains.cover(self.since or grains.ALWAYS, self.until or grains.NEVER, longest)


def window(asked: Asked, now: datetime, kept: Kept) -> Window:
    """Give the window that is asked about, a little longer where shorter stretches are no longer kept."""
    if asked.since is None and asked.until is None:
        return Window(since(asked.period, now), None)
    if asked.since is not None and asked.until is not None and asked.since >= asked.until:
        raise InvalidInput.at("to", "must be later than from")
    begins = asked.since and grains.whole(asked.since, grains.finest(asked.since, now, kept))
    ends = asked.until and grains.after(asked.until, grains.finest(asked.until, now, kept))
    return Window(begins, ends)


def since(period: Period, now: datetime) -> datetime | None:
    """Give the hour that a period begins with: the whole of the hour that lies as far back; None for all time."""
    if period is Period.ALL:
        return None
    return (now - _LENGTHS[period]).replace(minute=0, second=0, microsecond=0)


def before(window: Window) -> Sequence[Window]:
    """Give what a window is compared with: the week of whole days before its first day, else what was on that day.

    Days cost far less than the hours that a week to the minute would be made of. There is nothing before a window that
    has no beginning.
    """
    if window.since is None or window.since < grains.ALWAYS + 2 * _A_WEEK:
        return ()
    day = grains.whole(window.since, Grain.DAY)
    return Window(day - _A_WEEK, day), Window(day, window.since)


def step(window: Window, first: datetime | None, now: datetime, kept: Kept) -> Grain:
    """Give the stretches that a series of a window has: at most some hundreds, and only such as are still there."""
    begins = window.since or first or now
    length = (window.until or now) - begins
    wanted = next((grain for longest, grain in _STEPS if length <= longest), Grain.MONTH)
    there = grains.finest(begins, now, kept)
    order = tuple(Grain)
    return max(wanted, there, key=order.index)
