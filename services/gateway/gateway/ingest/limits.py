"""Where it is limited how many items a tenant may send a second: a bucket for each, in this process alone."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from contracts.errors import TooManyRequests


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Limits:
    """The buckets; one fills at the rate up to the burst, and whoever finds something in it may send a whole list.

    So a list is never cut: it is paid for afterwards, and until then the next is refused before it is read.
    """

    def __init__(self, per_s: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, tenant: str) -> None:
        """Let a request in; raises `TooManyRequests` that says when to come again."""
        bucket = self._filled(tenant)
        if bucket.level > 0:
            return
        wait = max(1, math.ceil((1 - bucket.level) / self._per_s))
        detail = (
            f"The tenant {tenant!r} sends more than the {self._per_s:,} items a second that it may; nothing of this "
            f"request was stored. Please send it again in {wait:,} s."
        )
        raise TooManyRequests(detail, retry_after_s=wait, items_per_s=self._per_s)

    def spend(self, tenant: str, items: int) -> None:
        """Take items out of the bucket."""
        self._filled(tenant).level -= items

    def _filled(self, tenant: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(tenant, _Bucket(self._burst, now))
        bucket.level = min(self._burst, bucket.level + (now - bucket.at) * self._per_s)
        bucket.at = now
        return bucket
