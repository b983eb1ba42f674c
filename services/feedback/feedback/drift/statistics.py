"""Where two groups of days are compared: how far apart they are, and whether days differ so much anyway.

Answers are not independent of each other: the same people come again, and a Monday is no Sunday. So the difference of
two groups of days is measured against the differences of days within the groups, as in an analysis of variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, log, sqrt
from random import Random
from statistics import NormalDist, mean, stdev

Day = Sequence[float]
"""The counts of one day, a number for each bucket."""

_ASSUMED_SPREAD = 4.0
_LEAST_FREEDOM = 8
_SPLITS = 60
_FEWEST_SPLITS = 20
_FAR = 5.0
CERTAIN = 0.005
"""With this chance at most is anything of a task said to have moved although nothing did."""
_NORMAL = NormalDist()
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups of days, with equally many buckets each."""

    before: Sequence[Day]
    now: Sequence[Day]

    @property
    def sums(self) -> tuple[list[float], list[float]]:
        """Give the sums of both groups."""
        return summed(self.before), summed(self.now)

    @property
    def freedom(self) -> int:
        """Give the degrees of freedom of the difference."""
        return max(len(self.before[0]) - 1, 0)

    @property
    def freedom_within(self) -> int:
        """Give the degrees of freedom of the differences between days, with those of what is assumed about them."""
        return (len(self.before) + len(self.now) - 2) * self.freedom + max(self.freedom, _LEAST_FREEDOM)


def stability_index(compared: Comparison) -> float:
    """Give the population stability index, the sum of (now - before) · ln(now / before) over the shares of buckets.

    From 0.1 on it is called moderate, from 0.25 on large (Siddiqi, Credit Risk Scorecards, 2006). Half an answer is
    added to each bucket, so that an empty one has a logarithm.
    """
    earlier, later = map(_smooth, compared.sums)
    return sum((new - old) * log(new / old) for old, new in zip(earlier, later, strict=True))


def greatest_distance(before: Day, now: Day) -> float:
    """Give the Kolmogorov-Smirnov distance of two histograms: the greatest difference of their cumulative shares."""
    total_before, total_now, distance, greatest = sum(before), sum(now), 0.0, 0.0
    for old, new in zip(before, now, strict=True):
        distance += new / total_now - old / total_before
        greatest = max(greatest, abs(distance))
    return greatest


def spread(compared: Comparison) -> float:
    """Give how many times more days differ than chance alone would let them: Pearson's X² within groups by its mean.

    Before any two days are known it is taken to be 4, which counts as much as one day more.
    """
    found = sum(_scatter(days) for days in (compared.before, compared.now))
    assumed = max(compared.freedom, _LEAST_FREEDOM)
    return max(1.0, (found + _ASSUMED_SPREAD * assumed) / compared.freedom_within)


def stands_out(compared: Comparison) -> bool:
    """Say whether these groups differ by far more than others that are made of the same days at random.

    Counts that come in bursts have heavier tails than any formula for independent ones; the days themselves tell.
    """
    days = [*compared.before, *compared.now]
    if comb(len(days), len(compared.now)) < _FEWEST_SPLITS:
        return True
    shuffled, seen = Random(len(days)), list[float]()  # noqa: S311 (which days, not a secret)
    for _ in range(_SPLITS):
        shuffled.shuffle(days)
        seen.append(_scatter((summed(days[: len(compared.before)]), summed(days[len(compared.before) :]))))
    return _scatter(compared.sums) > mean(seen) + _FAR * stdev(seen)


def difference_is_certain(compared: Comparison, chance: float) -> bool:
    """Say whether the groups differ more than their days do, with a chance at most of saying so wrongly.

    The ratio of both has an F distribution; its quantile is Paulson's approximation (Annals of Mathematical Statistics
    13, 1942), which is cautious where there are few days.
    """
    if compared.freedom < 1:
        return False
    between = _scatter(compared.sums) / compared.freedom
    ratio = (between / spread(compared)) ** (1 / 3)
    over, under = 2 / (9 * compared.freedom), 2 / (9 * compared.freedom_within)
    score = ((1 - under) * ratio - (1 - over)) / sqrt(under * ratio**2 + over)
    return score > _NORMAL.inv_cdf(1 - chance) and stands_out(compared)


def distance_is_certain(distance: float, compared: Comparison, chance: float) -> bool:
    """Say whether a Kolmogorov-Smirnov distance is more than chance, by the bound 2·exp(-2·n·D²) for two samples.

    The size n is that of both samples, divided by how much more than by chance the days differ.
    """
    before, now = map(sum, compared.sums)
    cautious = spread(compared) * (1 + 2 * sqrt(2 / compared.freedom_within))
    return 2 * exp(-2 * distance**2 * before * now / (before + now) / cautious) < chance and stands_out(compared)


def summed(days: Sequence[Day]) -> list[float]:
    """Add up days, bucket by bucket."""
    return [sum(counts) for counts in zip(*days, strict=True)]


def _smooth(counts: Day) -> list[float]:
    total = sum(counts) + _HALF * len(counts)
    return [(count + _HALF) / total for count in counts]


def _scatter(days: Sequence[Day]) -> float:
    """Give Pearson's X² of days against their sum."""
    whole = summed(days)
    total = sum(whole)
    shares = [count / total for count in whole if count]
    return sum(
        (count - size * share) ** 2 / (size * share)
        for day in days
        if (size := sum(day))
        for share, count in zip(shares, (count for count, all_ in zip(day, whole, strict=True) if all_), strict=True)
    )
