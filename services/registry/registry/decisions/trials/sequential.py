"""Where two arms are compared as often as one likes: error rates hold at every look, so that peeking is safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt

from registry.decisions.trials.samples import Sample


@dataclass(frozen=True, slots=True)
class Bounds:
    """A difference of means and the interval that holds it at all times at once, with probability 1 - alpha."""

    gain: float
    lower: float
    upper: float


def difference(control: Sample, treatment: Sample, alpha: float, tuned_for: int) -> Bounds:
    """Give the asymptotic confidence sequence of the treatment's mean minus the control's.

    Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas: Time-uniform central limit theory and asymptotic confidence sequences
    (arXiv 2103.06476), equation 5, for the difference of means as in their section 3: with N units in both arms the
    per-unit variance of the estimate is N (s1²/n1 + s2²/n2). ``tuned_for`` is the number of units at which the interval
    is narrowest (their appendix B.2). It is infinite until both arms have two units.

    An arm's variance is taken to be at least that of both arms together: a small arm that has not met a rare value yet
    has next to none, and would be certain of a difference in a quarter of all experiments without one (measured in
    bench/decisions: success rate 1 %, split 10:90).
    """
    gain, total = treatment.mean - control.mean, control.units + treatment.units
    if min(control.units, treatment.units) < 2:  # noqa: PLR2004 (a variance needs two)
        return Bounds(gain, -inf, inf)
    variance = _variance(control, treatment)
    half = sqrt(variance) * _width(total, alpha, tuned_for)
    return Bounds(gain, gain - half, gain + half)


def mean(sample: Sample, alpha: float, tuned_for: int) -> Bounds:
    """Give the mean of one arm with the confidence sequence that holds it (the same source, equation 5)."""
    if sample.units < 2:  # noqa: PLR2004 (a variance needs two)
        return Bounds(sample.mean, -inf, inf)
    half = sqrt(sample.variance) * _width(sample.units, alpha, tuned_for)
    return Bounds(sample.mean, sample.mean - half, sample.mean + half)


def always_valid_p(control: Sample, treatment: Sample, tuned_for: int, alpha: float = 0.05) -> float:
    """Give the least error rate at which the confidence sequence excludes zero at this look: its formula turned round.

    The sequence is the one that is narrowest for ``alpha``, so that p is at most alpha exactly if `difference` excludes
    zero at that alpha.
    """
    gain, total = treatment.mean - control.mean, control.units + treatment.units
    variance = _variance(control, treatment)
    if min(control.units, treatment.units) < 2 or not variance:  # noqa: PLR2004
        return 1.0
    spread = total * _mixing(alpha, tuned_for)
    exponent = gain**2 / variance * total * spread / (2 * (spread + 1))
    return min(1.0, sqrt(spread + 1) * exp(-exponent))


def mixture_likelihood_ratio(gain: float, units: int, variance: float, mixing_variance: float) -> float:
    """Give the mixture sequential probability ratio of a difference of means, with so many units an arm.

    Under the null hypothesis it exceeds 1/alpha at any time with probability at most alpha (Johari, Koomen, Pekelis,
    Walsh: Always Valid Inference, Operations Research 70, 2022, equation 11, of two arms of equal variance).
    """
    doubled = 2 * variance
    share = doubled / (doubled + units * mixing_variance)
    return sqrt(share) * exp(units**2 * mixing_variance * gain**2 / (2 * doubled * (doubled + units * mixing_variance)))


def ratio_evidence(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Give the evidence that units do not arrive in these shares, as a factor that may be looked at after every unit.

    The Bayes factor of a Dirichlet prior around the shares against the shares themselves; if they hold it exceeds
    1/alpha at any time with probability at most alpha (Lindon, Malek: Anytime-Valid Inference for Multinomial Count
    Data, NeurIPS 2022, equation 6).
    """
    whole = sum(shares)
    wanted = [share / whole for share in shares]
    prior = [_WEIGHT * share for share in wanted]
    logarithm = lgamma(sum(prior)) - lgamma(sum(prior) + sum(counts))
    for count, share, before in zip(counts, wanted, prior, strict=True):
        logarithm += lgamma(before + count) - lgamma(before) - count * log(share)
    return exp(min(logarithm, _LARGEST))


_WEIGHT = 100.0
"""How many units' worth of faith the prior has in the shares: small deviations are found sooner the larger it is."""
_LARGEST = 700.0


def _variance(control: Sample, treatment: Sample) -> float:
    """Give the variance of the estimated difference, for one unit."""
    least = (control + treatment).variance
    parts = (max(arm.variance, least) / arm.units for arm in (control, treatment) if arm.units)
    return (control.units + treatment.units) * sum(parts)


def _width(total: int, alpha: float, tuned_for: int) -> float:
    spread = total * _mixing(alpha, tuned_for)
    return sqrt(2 * (spread + 1) / (total * spread) * log(sqrt(spread + 1) / alpha))


def _mixing(alpha: float, tuned_for: int) -> float:
    """Give the squared parameter of the mixture that makes the interval narrowest at so many units."""
    doubled = -2 * log(alpha)
    return (doubled + log(doubled + 1)) / tuned_for
