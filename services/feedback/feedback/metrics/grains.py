"""Where it is worked out which stretches of time cover a question: the longest ones there are, and as few as can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feedback.store.sums import Grain, Piece

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = tuple(Grain)
_LENGTHS = {Grain.MINUTE: timedelta(minutes=1), Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1)}
_LONGEST_MONTH = timedelta(days=31)
_SLACK = timedelta(hours=2)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long questions can be answered to the minute and to the hour; days and months are kept for good."""

    minutes: timedelta = timedelta(hours=48)
    hours: timedelta = timedelta(days=90)


def whole(at: datetime, grain: Grain) -> datetime:
    """Give the beginning of the minute, hour, day or month in UTC that a moment lies in."""
    if grain is Grain.MINUTE:
        return at.replace(second=0, microsecond=0)
    if grain is Grain.HOUR:
        return at.replace(minute=0, second=0, microsecond=0)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if grain is Grain.DAY else day.replace(day=1)


def after(at: datetime, grain: Grain) -> datetime:
    """Give the first beginning of a stretch that is not before a moment."""
    begun = whole(at, grain)
    if begun == at:
        return at
    if begun > NEVER - _LONGEST_MONTH:
        return NEVER
    return whole(begun + _LONGEST_MONTH, grain) if grain is Grain.MONTH else begun + _LENGTHS[grain]


def finest(at: datetime, now: datetime, kept: Kept) -> Grain:
    """Give the shortest stretches that are still there of a time."""
    if at >= now - kept.minutes:
        return Grain.MINUTE
    return Grain.HOUR if at >= now - kept.hours else Grain.DAY


def oldest_minute(now: datetime) -> datetime:
    """Give the minute before which none is counted or kept; questions may need one a little older than they say."""
    return whole(now - Kept().minutes - _SLACK, Grain.HOUR)


def oldest_hour(now: datetime, kept: Kept) -> datetime:
    """Give the hour before which none is kept."""
    return whole(now - kept.hours - _A_DAY, Grain.DAY)


def cover(since: datetime, until: datetime, longest: Grain = Grain.MONTH) -> Sequence[Piece]:
    """Cover a time that begins and ends with whole minutes, in its order."""
    if since >= until:
        return ()
    first, last = after(since, longest), whole(until, longest) if until != NEVER else NEVER
    if longest is Grain.MINUTE:
        return (Piece(str(longest), first, last),)
    shorter = _ORDER[_ORDER.index(longest) - 1]
    if first >= last:
        return cover(since, until, shorter)
    middle = Piece(str(longest), first, last)
    return (*cover(since, first, shorter), middle, *cover(last, until, shorter))
