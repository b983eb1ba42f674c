"""Where latencies are kept in logarithmic buckets, whose counts add up, and percentiles are read off them.

DDSketch (Masson, Rim and Lee, VLDB 2019, section 2.1): with gamma = (1 + a) / (1 - a), bucket i holds the values in
(gamma**(i-1), gamma**i], and 2 * gamma**i / (gamma + 1) is within a relative error of a of each of them.
"""

import math
from collections.abc import Iterable, Mapping

ACCURACY = 0.01
_GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
LOG_GAMMA = math.log(_GAMMA)
SHORTEST_MS = 0.001


def bucket(milliseconds: float) -> int:
    """Give the bucket of a latency; below a microsecond all are alike."""
    shown = max(SHORTEST_MS, milliseconds)
    return math.ceil(math.log(shown) / LOG_GAMMA)


def percentiles(counts: Mapping[int, int], shares: Iterable[float]) -> list[float | None]:
    """Give the latencies in milliseconds that these shares (0 to 1) of the answers did not exceed; None without any."""
    known = sorted((index, count) for index, count in counts.items() if count > 0)
    total = sum(count for _, count in known)
    return [_percentile(known, each * (total - 1)) for each in shares]


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Give one such latency."""
    return percentiles(counts, (share,))[0]


def _percentile(known: Iterable[tuple[int, int]], rank: float) -> float | None:
    passed = 0
    for index, count in known:
        passed += count
        if passed > rank:
            return 2 * _GAMMA**index / (_GAMMA + 1)
    return None
