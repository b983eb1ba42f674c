"""Where a share is held against the one before: pure, with an interval that says what chance alone could do.

Wilson's score interval for each share (1927), and Newcombe's for their difference (1998, Interval estimation for the
difference between independent proportions, method 10); with Bonferroni's correction for all that is compared together.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

from contracts.api.insights import Shift
from feedback.store.measures import VersionTotals
from feedback.store.spreads import LabelTotals

_ALPHA = 0.05
_LEAST = 10
"""Opinions on either side; with fewer, nothing can be said."""


class Compared(NamedTuple):
    """A share of something as good counts among all, in a period and in the one before."""

    of: str
    metric: str
    good: int
    n: int
    good_before: int
    n_before: int


def shifts(compared: Sequence[Compared], *, most: int = 20) -> list[Shift]:
    """Give what changed, what is certain first, and then what fell most."""
    enough = [each for each in compared if each.n >= _LEAST and each.n_before >= _LEAST]
    if not enough:
        return []
    z = NormalDist().inv_cdf(1 - _ALPHA / (2 * len(enough)))
    found = [_shift(each, z) for each in enough]
    return sorted(found, key=lambda each: (not each.certain, each.difference, each.of))[:most]


def of_labels(now: Sequence[LabelTotals], before: Sequence[LabelTotals]) -> Iterable[Compared]:
    """Compare how often answers with each label were accepted, and were right."""
    earlier = {each.label: each for each in before}
    for each in now:
        if other := earlier.get(each.label):
            yield from _both(f"label {each.label}", each, other)


def of_versions(now: Sequence[VersionTotals], before: Sequence[VersionTotals]) -> Iterable[Compared]:
    """Compare how often the answers of each version, and of all together, were accepted, and were right."""
    earlier = {each.version_id: each for each in before}
    both = [(each, earlier[each.version_id]) for each in now if each.version_id in earlier]
    if now and before:
        yield from _both("all answers", _summed(now), _summed(before))
    if len(now) > 1 or len(before) > 1:
        for each, other in both:
            yield from _both(f"version {each.version_id or 'unknown'}", each, other)


def difference(good: int, n: int, good_before: int, n_before: int, *, z: float = 1.96) -> tuple[float, float]:
    """Give the interval of the difference of two shares."""
    (p, low, high), (q, low_before, high_before) = _wilson(good, n, z), _wilson(good_before, n_before, z)
    below = math.sqrt((p - low) ** 2 + (high_before - q) ** 2)
    above = math.sqrt((high - p) ** 2 + (q - low_before) ** 2)
    return p - q - below, p - q + above


class _Judged(NamedTuple):
    positive: int
    negative: int
    judged: int
    judged_right: int


def _summed(totals: Sequence[VersionTotals]) -> _Judged:
    return _Judged(*(sum(getattr(each, name) for each in totals) for name in _Judged._fields))


def _both(
    of: str, now: LabelTotals | VersionTotals | _Judged, before: LabelTotals | VersionTotals | _Judged
) -> Iterable[Compared]:
    verdicts = [each.positive + each.negative for each in (now, before)]
    acceptance = Compared(of, "acceptance", now.positive, verdicts[0], before.positive, verdicts[1])
    accuracy = Compared(of, "accuracy", now.judged_right, now.judged, before.judged_right, before.judged)
    yield acceptance
    if accuracy[2:] != acceptance[2:]:
        yield accuracy


def _wilson(good: int, n: int, z: float) -> tuple[float, float, float]:
    p = good / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def _shift(each: Compared, z: float) -> Shift:
    low, high = difference(each.good, each.n, each.good_before, each.n_before, z=z)
    now, before = each.good / each.n, each.good_before / each.n_before
    certain = low > 0 or high < 0
    way = "rose" if now > before else "fell" if now < before else "stayed"
    doubt = "" if certain else "; that may be chance"
    told = f"{each.metric.capitalize()} of {each.of} {way} from {before:.0%} to {now:.0%}"
    numbers = f"({each.n_before:,} and {each.n:,} opinions)"
    return Shift(
        of=each.of, metric=each.metric, now=now, n=each.n, before=before, n_before=each.n_before,
        difference=now - before, low=low, high=high, certain=certain, sentence=f"{told} {numbers}{doubt}.",
    )  # fmt: skip
