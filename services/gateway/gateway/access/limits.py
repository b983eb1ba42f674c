"""Where it is limited how much somebody may send a second: a bucket for each, in this process alone."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.errors import TooManyRequests

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(frozen=True, slots=True)
class Rate:
    """What comes back into a bucket each second, and what it holds."""

    per_s: int
    burst: int


class Limits:
    """The buckets; one fills at the rate up to the burst, and whoever finds something in it may take more than that.

    So a list is never cut: it is paid for afterwards, and until then the next is refused before it is read. ``refusal``
    makes the sentence for whoever is refused, from the rate and the seconds to wait; ``fact`` names the rate.
    """

    def __init__(
        self,
        rate: Rate,
        refusal: Callable[[str, int, int], str],
        fact: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._refusal = refusal
        self._fact = fact
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, whose: str, rate: Rate | None = None) -> None:
        """Let a request in; raises `TooManyRequests` that says when to come again."""
        rate = rate or self._rate
        bucket = self._filled(whose, rate)
        if bucket.level >= 1:
            return
        wait = max(1, math.ceil((1 - bucket.level) / rate.per_s))
        facts: dict[str, Any] = {"retry_after_s": wait, self._fact: rate.per_s}
        raise TooManyRequests(self._refusal(whose, rate.per_s, wait), **facts)

    def spend(self, whose: str, amount: int, rate: Rate | None = None) -> list[tuple[bytes, bytes]]:
        """Take something out of the bucket; give the headers that say what is left."""
        rate = rate or self._rate
        bucket = self._filled(whose, rate)
        bucket.level -= amount
        return [
            (b"ratelimit-limit", b"%d" % rate.per_s),
            (b"ratelimit-remaining", b"%d" % max(0, bucket.level)),
            (b"ratelimit-reset", b"%d" % math.ceil(max(0, rate.burst - bucket.level) / rate.per_s)),
        ]

    def _filled(self, whose: str, rate: Rate) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(whose) or self._new(whose, rate, now)
        bucket.level = min(rate.burst, bucket.level + (now - bucket.at) * rate.per_s)
        bucket.at = now
        return bucket

    def _new(self, whose: str, rate: Rate, now: float) -> _Bucket:
        if len(self._buckets) >= _MOST_BUCKETS:
            self._make_room(now)
        bucket = self._buckets[whose] = _Bucket(rate.burst, now)
        return bucket

    def _make_room(self, now: float) -> None:
        """Forget buckets that have filled up again, which are like new ones; and the oldest, if too few have."""
        full_after_s = self._rate.burst / self._rate.per_s
        in_use = [(name, each) for name, each in self._buckets.items() if now - each.at < full_after_s]
        self._buckets = dict(in_use[-_MOST_BUCKETS // 2 :])
