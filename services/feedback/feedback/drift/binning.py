"""Where buckets are put together, so that each has enough in it to be compared."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

Counts = Mapping[int, float]
Days = Sequence[Counts]

_FEWEST = 5.0
"""Buckets of which fewer are expected are counted together, as in Cochran's rule for tests of counts."""
_PARTS = 10


def tenths(before: Days, now: Days) -> tuple[list[list[float]], list[list[float]]]:
    """Put ordered buckets together into tenths of what was before, as nearly as the buckets allow."""
    whole = total(before)
    ordered, size = sorted(whole), sum(whole.values())
    reached = list(accumulate(whole[bucket] for bucket in ordered))
    edges = sorted({ordered[bisect_left(reached, size * part / _PARTS)] for part in range(1, _PARTS)})
    return _rows(before, now, lambda bucket: bisect_left(edges, bucket), len(edges) + 1)


def frequent(before: Days, now: Days) -> tuple[list[list[float]], list[list[float]]]:
    """Keep the frequent buckets, and put all the rare ones together into one."""
    earlier, later = total(before), total(now)
    whole = total([earlier, later])
    smaller = min(sum(earlier.values()), sum(later.values())) / (sum(whole.values()) or 1)
    kept = {
        bucket: place
        for place, bucket in enumerate(sorted(b for b, count in whole.items() if count * smaller >= _FEWEST))
    }
    return _rows(before, now, lambda bucket: kept.get(bucket, len(kept)), len(kept) + 1)


def without_commonest(before: Days, now: Days) -> tuple[Days, Days]:
    """Leave out the buckets that make up half of all before: words that every text has tell nothing of its subject."""
    whole = total(before)
    ordered = sorted(whole, key=lambda bucket: (-whole[bucket], bucket))
    reached = accumulate(whole[bucket] for bucket in ordered)
    half = sum(whole.values()) / 2
    common = {bucket for bucket, sum_ in zip(ordered, reached, strict=True) if sum_ <= half}
    return _without(before, common), _without(now, common)


def every(before: Days, now: Days) -> tuple[list[float], list[float]]:
    """Give the sums of all buckets, in order."""
    earlier, later = total(before), total(now)
    buckets = sorted(earlier.keys() | later.keys())
    return [earlier.get(each, 0) for each in buckets], [later.get(each, 0) for each in buckets]


def total(days: Days) -> dict[int, float]:
    """Add up days."""
    whole: dict[int, float] = {}
    for counts in days:
        for bucket, count in counts.items():
            whole[bucket] = whole.get(bucket, 0) + count
    return whole


def _without(days: Days, left_out: set[int]) -> Days:
    return [{bucket: count for bucket, count in counts.items() if bucket not in left_out} for counts in days]


def _rows(
    before: Days, now: Days, place: Callable[[int], int], size: int
) -> tuple[list[list[float]], list[list[float]]]:
    earlier, later = ([_row(counts, place, size) for counts in days] for days in (before, now))
    used = [number for number, column in enumerate(zip(*earlier, *later, strict=True)) if any(column)]
    return [[row[each] for each in used] for row in earlier], [[row[each] for each in used] for row in later]


def _row(counts: Counts, place: Callable[[int], int], size: int) -> list[float]:
    row = [0.0] * size
    for bucket, count in counts.items():
        row[place(bucket)] += count
    return row
