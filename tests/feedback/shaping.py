"""Where inferences are made up to tell whether what comes in has moved."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson

from feedback.drift import counting
from feedback.drift.measuring import Feature, Moved, compare
from feedback.store.inferences import NewRow

FIRST = date(2026, 1, 1)
Make = Callable[[Random], Any]


def row(input: Any, day: date = FIRST, **others: Any) -> NewRow:  # noqa: A002 (the column)
    empty: dict[str, Any] = dict.fromkeys(NewRow._fields)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    known = {"tenant": "acme", "id": "i", "task": "tickets", "occurred_at": at}
    return NewRow(**empty | known | {"input": orjson.dumps(input).decode()} | others)


def shapes(rows: Iterable[NewRow]) -> dict[Feature, dict[date, dict[int, float]]]:
    found: defaultdict[Feature, dict[date, dict[int, float]]] = defaultdict(dict)
    for bucket, count in counting.of(rows).items():
        found[bucket.feature, bucket.field].setdefault(bucket.day, {})[bucket.number] = count
    return found


def weeks(make: Make, random: Random, days: range, bursts: int, a_day: int) -> list[NewRow]:
    """Make up days; at weekends fewer people ask, and in bursts the same is asked again and again."""
    made: list[NewRow] = []
    for number in days:
        day = FIRST + timedelta(days=number)
        asked = 0
        while asked < a_day // (3 if day.weekday() > 4 else 1):
            repeated = random.randint(1, 2 * bursts - 1)
            made += [row(make(random), day)] * repeated
            asked += repeated
    return made


def moved(before: Make, now: Make, *, seed: int = 7, bursts: int = 1, a_day: int = 60) -> list[Moved]:
    """Compare two weeks with the week after them."""
    random = Random(seed)
    earlier = weeks(before, random, range(14), bursts, a_day)
    return compare(shapes(earlier), shapes(weeks(now, random, range(14, 21), bursts, a_day)))


def certain(found: Iterable[Moved], least: float = 0.1) -> set[tuple[str, str, str]]:
    """Give feature, field and measure of what has certainly moved that far."""
    return {(each.feature, each.field, name) for each in found for name in each.certain if getattr(each, name) >= least}
