"""Where a percentile of latencies is read off counts by bucket, and two arms are compared above it."""

from collections.abc import Mapping
from math import ceil, copysign, log, trunc

from registry.decisions.trials.samples import Sample, counted

SHARE = 0.95
_GAMMA = 1.01 / 0.99
"""Bucket i holds (gamma**(i-1), gamma**i] milliseconds (Masson, Rim and Lee, DDSketch, VLDB 2019, section 2.1)."""
_ROUNDING = 1e-9


def value(counts: Mapping[int, int]) -> float:
    """Give the 95th percentile in milliseconds, within one per cent; 0 of nothing."""
    bucket = _bucket(counts)
    return 0.0 if bucket is None else 2 * _GAMMA**bucket / (_GAMMA + 1)


def around(factor: float) -> tuple[float, float]:
    """Give the factors by whole buckets next to a factor above 0: that nearer to 1 and that farther from it.

    Latencies are known by their buckets only, which are two per cent wide: between these factors nothing can be told.
    """
    buckets = log(factor) / log(_GAMMA)
    near, far = trunc(buckets), copysign(ceil(abs(buckets) - _ROUNDING), buckets)
    return _GAMMA**near, _GAMMA**far


def exceeding(control: Mapping[int, int], treatment: Mapping[int, int], margin: float) -> tuple[Sample, Sample]:
    """Count in both arms the units above the control's percentile, of the treatment above that and the margin.

    The treatment's percentile is higher than (1 + margin) times the control's exactly if more than a twentieth of its
    units lie above that. The control's own share stands for how uncertain its percentile is (Bahadur, A note on
    quantiles in large samples, Annals of Mathematical Statistics 37, 1966): as a share of units above, it is known no
    better than the share of units above any fixed value.
    """
    bucket = _bucket(control)
    if bucket is None:
        return Sample(), _above(treatment, 0.0)
    threshold = _GAMMA**bucket
    return _above(control, threshold), _above(treatment, threshold * (1 + margin))


def _bucket(counts: Mapping[int, int]) -> int | None:
    rank, passed = SHARE * (sum(counts.values()) - 1), 0
    for index in sorted(counts):
        passed += counts[index]
        if passed > rank:
            return index
    return None


def _above(counts: Mapping[int, int], threshold: float) -> Sample:
    whole = sum(counts.values())
    above = sum(count for index, count in counts.items() if _GAMMA ** (index - 0.5) > threshold)
    return counted(above, whole)
