"""Where two arms are compared once, at a size that was fixed before; whoever looks again and again uses `sequential`.

Everywhere the difference is that of the second arm minus the first, the treatment minus the control.
"""

from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from registry.decisions.trials.samples import Sample
from registry.decisions.trials.tails import chi_square_tail, student_tail

_NORMAL = NormalDist()
_MOST_TERMS = 20_000
"""Sums over more successes than this are replaced by the normal distribution, which is as good by then."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference with its statistic, two-sided p-value and interval."""

    gain: float
    statistic: float
    p: float
    lower: float
    upper: float


def proportions(control: Sample, treatment: Sample, alpha: float = 0.05) -> Difference:
    """Compare two proportions: pooled z-test, and Newcombe's interval from Wilson's scores.

    Newcombe, Statistics in Medicine 17 (1998), method 10. Raises `ValueError` for an empty arm.
    """
    _require(control, treatment)
    pooled = (control.total + treatment.total) / (control.units + treatment.units)
    error = sqrt(pooled * (1 - pooled) * (1 / control.units + 1 / treatment.units))
    gain = treatment.mean - control.mean
    statistic = gain / error if error else 0.0
    (low_c, high_c), (low_t, high_t) = wilson(control, alpha), wilson(treatment, alpha)
    below = sqrt((treatment.mean - low_t) ** 2 + (high_c - control.mean) ** 2)
    above = sqrt((high_t - treatment.mean) ** 2 + (control.mean - low_c) ** 2)
    return Difference(gain, statistic, _two_sided(statistic), gain - below, gain + above)


def wilson(sample: Sample, alpha: float = 0.05) -> tuple[float, float]:
    """Give the score interval of a proportion (Wilson, JASA 22, 1927)."""
    z, n, p = _NORMAL.inv_cdf(1 - alpha / 2), sample.units, sample.mean
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def means(control: Sample, treatment: Sample, alpha: float = 0.05) -> Difference:
    """Compare two means of unequal variances (Welch, Biometrika 34, 1947); the interval is by the normal quantile.

    Raises `ValueError` for an empty arm.
    """
    _require(control, treatment)
    first, second = control.standard_error**2, treatment.standard_error**2
    error, gain = sqrt(first + second), treatment.mean - control.mean
    if not error:
        return Difference(gain, 0.0, 1.0 if gain == 0 else 0.0, gain, gain)
    freedom = (first + second) ** 2 / (first**2 / (control.units - 1 or 1) + second**2 / (treatment.units - 1 or 1))
    half = _NORMAL.inv_cdf(1 - alpha / 2) * error
    return Difference(gain, gain / error, 2 * student_tail(abs(gain / error), freedom), gain - half, gain + half)


def chance_to_beat(control: Sample, treatment: Sample) -> float:
    """Give P(treatment > control) of two proportions under uniform priors.

    The closed form for whole numbers of Beta distributions (Miller, Formulas for Bayesian A/B Testing, 2014).
    """
    a, b = 1 + control.total, 1 + control.units - control.total
    return _beta_beats((a, b), (1 + treatment.total, 1 + treatment.units - treatment.total))


def expected_loss(control: Sample, treatment: Sample) -> float:
    """Give what choosing the treatment costs on average: E[max(control - treatment, 0)], under uniform priors.

    (Stucchio, Bayesian A/B Testing at VWO, 2015, section 3.)
    """
    a, b = 1 + control.total, 1 + control.units - control.total
    c, d = 1 + treatment.total, 1 + treatment.units - treatment.total
    beaten = 1 - _beta_beats((a + 1, b), (c, d))
    beaten_treatment = 1 - _beta_beats((a, b), (c + 1, d))
    return a / (a + b) * beaten - c / (c + d) * beaten_treatment


def sample_ratio(counts: list[int], shares: list[float]) -> float:
    """Give the chi-square p-value of these counts under these shares; shares need not sum to 1."""
    total, whole = sum(counts), sum(shares)
    if not total:
        return 1.0
    wanted = [total * share / whole for share in shares]
    statistic = sum((count - want) ** 2 / want for count, want in zip(counts, wanted, strict=True))
    return chi_square_tail(statistic, len(counts) - 1)


def _beta_beats(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Give P(X < Y) for Beta variables X and Y, the first parameter of Y being a whole number."""
    (a, b), (c, d) = first, second
    if c > _MOST_TERMS:
        return _NORMAL.cdf((_mean(c, d) - _mean(a, b)) / sqrt(_variance(a, b) + _variance(c, d)))
    front = -_log_beta(a, b)
    terms = (exp(_log_beta(a + i, b + d) - log(d + i) - _log_beta(1 + i, d) + front) for i in range(round(c)))
    return min(1.0, sum(terms))


def _mean(a: float, b: float) -> float:
    return a / (a + b)


def _variance(a: float, b: float) -> float:
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _two_sided(statistic: float) -> float:
    return 2 * _NORMAL.cdf(-abs(statistic))


def _require(*samples: Sample) -> None:
    if not all(sample.units for sample in samples):
        message = "an arm without units cannot be compared"
        raise ValueError(message)
