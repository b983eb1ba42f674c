"""Where it is measured how many values are new: of categories that were not seen before."""

from collections import Counter
from math import sqrt
from statistics import NormalDist

from feedback.drift.binning import Days, total

_FEWEST_DAYS = 2
_RULE_OF_THREE = 3


def share(before: Days, now: Days) -> float:
    """Give the share of values now of which there were none before."""
    known, found = total(before), total(now)
    return sum(count for bucket, count in found.items() if bucket not in known) / sum(found.values())


def is_certain(new: float, compared: tuple[Days, Days], spread: float, chance: float) -> bool:
    """Say whether more is new than on the day before that had the most values which no other day had.

    That none was new on any day before means that at most three of them all would have been (the rule of three); as
    many values count as one as days differ more than by chance.
    """
    before = compared[0]
    if len(before) < _FEWEST_DAYS:
        return False
    size_before, size = (sum(total(days).values()) / spread for days in compared)
    usual = min(1.0, _usual(before) + _RULE_OF_THREE / size_before)
    return new > usual + NormalDist().inv_cdf(1 - chance) * sqrt(usual * (1 - usual) / size)


def _usual(before: Days) -> float:
    """Give the largest share of a day's values that no other day had."""
    days_with = Counter(bucket for counts in before for bucket in counts)
    return max(
        sum(count for bucket, count in counts.items() if days_with[bucket] == 1) / sum(counts.values())
        for counts in before
    )
