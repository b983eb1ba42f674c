"""Where values become bucket numbers: hashes of what has no order, magnitudes of what has one."""

from functools import lru_cache
from math import floor, log2
from zlib import crc32

VALUES = 512
"""Into so many buckets fall the values of a field, and labels."""
WORDS = 256
"""Into so many buckets fall words."""
_STEPS_PER_DOUBLING = 4
_LEAST_EXPONENT, _GREATEST_EXPONENT = -10, 30


def hashed(value: str, buckets: int) -> int:
    """Give the bucket of a word or a value; what has the same bucket is counted together."""
    return crc32(value.encode()) % buckets


@lru_cache(maxsize=10_000)
def number(value: float) -> int:
    """Give the bucket of a number: its sign and its magnitude in quarters of a doubling; at most 323 buckets."""
    if not value:
        return 0
    exponent = min(max(log2(abs(value)), _LEAST_EXPONENT), _GREATEST_EXPONENT)
    magnitude = 1 + floor((exponent - _LEAST_EXPONENT) * _STEPS_PER_DOUBLING)
    return magnitude if value > 0 else -magnitude


def length(count: int) -> int:
    """Give the bucket of a length, in quarters of a doubling."""
    return floor(_STEPS_PER_DOUBLING * log2(1 + count))


def tenth(share: float) -> int:
    """Give the tenth, from 0 to 9, in which a number from 0 to 1 lies."""
    return min(int(share * 10), 9)
