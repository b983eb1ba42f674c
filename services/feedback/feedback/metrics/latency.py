"""Where latencies are kept in logarithmic buckets, whose counts add up, and percentiles are read off them.

DDSketch (Masson, Rim and Lee, VLDB 2019, section 2.1): with gamma = (1 + a) / (1 - a), bucket i holds the values in
(gamma**(i-1), gamma**i], and 2 * gamma**i / (gamma + 1) is within a relative error of a of each of them.
"""

import math
from collections.abc import Mapping

ACCURACY = 0.01
_GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
LOG_GAMMA = math.log(_GAMMA)
SHORTEST_MS = 0.001


def bucket(milliseconds: float) -> int:
    """Give the bucket of a latency; below a microsecond all are alike."""
    shown = max(SHORTEST_MS, milliseconds)
    return math.ceil(math.log(shown) / LOG_GAMMA)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """Give the latency in milliseconds that this share (0 to 1) of the answers did not exceed; None without any."""
    rank = share * (sum(counts.values()) - 1)
    passed = 0
    for index in sorted(counts):
        passed += counts[index]
        if passed > rank:
            return 2 * _GAMMA**index / (_GAMMA + 1)
    return None
