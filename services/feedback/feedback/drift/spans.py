"""Where it is said which days are compared with which."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

_MOST_DAYS = 30
_DAY = timedelta(days=1)


class Spans(NamedTuple):
    """Days to compare, each first to last: those of the reference, and those of now."""

    before: tuple[date, date]
    now: tuple[date, date]


def around(trained: date, today: date, window_days: int) -> Iterator[Spans]:
    """Give the days up to a training and those since, and else those right after it and those of the window.

    The second is for a version that was trained before anything came in.
    """
    window = _first_of_window(today, window_days)
    yield from _real(Spans((trained - (_MOST_DAYS - 1) * _DAY, trained), (max(window, trained + _DAY), today)))
    yield from after(trained, today, window_days)


def after(since: date, today: date, window_days: int) -> Iterator[Spans]:
    """Give the first days since a day and those of the window."""
    window = _first_of_window(today, window_days)
    last = min(since + (_MOST_DAYS - 1) * _DAY, window - _DAY)
    yield from _real(Spans((since, last), (window, today)))


def _first_of_window(today: date, window_days: int) -> date:
    return today - (window_days - 1) * _DAY


def _real(spans: Spans) -> Iterator[Spans]:
    if spans.before[0] <= spans.before[1] and spans.now[0] <= spans.now[1]:
        yield spans
