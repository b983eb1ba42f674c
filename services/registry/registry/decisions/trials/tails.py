"""Where the tails of distributions are that the standard library lacks.

They are here, in a few lines, because scipy.special would cost the registry 44 MB of memory for two functions.
"""

from collections.abc import Callable, Iterator
from math import exp, lgamma, log, log1p

_MOST_TERMS = 10_000
_PRECISION = 1e-15
_TINY = 1e-300


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Give the probability that a chi-square variable of so many degrees of freedom is at least that large."""
    if statistic <= _TINY:
        return 1.0
    shape, x = freedom / 2, statistic / 2
    front = exp(shape * log(x) - x - lgamma(shape))
    return 1 - front * _series(shape, x) if x < shape + 1 else front * _fraction(lambda n: _gamma_term(shape, x, n))


def student_tail(statistic: float, freedom: float) -> float:
    """Give the probability that Student's t of so many degrees of freedom is at least that large."""
    small = statistic**2 / (freedom + statistic**2)
    if small <= 1.5 / (freedom / 2 + 2.5):
        upper = (1 - _incomplete_beta(0.5, freedom / 2, small)) / 2
    else:
        upper = _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + statistic**2)) / 2
    return upper if statistic >= 0 else 1 - upper


def _series(shape: float, x: float) -> float:
    """Sum the series of the lower incomplete gamma function (DLMF 8.11.4)."""
    term = total = 1 / shape
    for n in range(1, _MOST_TERMS):
        term *= x / (shape + n)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _gamma_term(shape: float, x: float, n: int) -> tuple[float, float]:
    """Give the n-th partial numerator and denominator of the upper incomplete gamma function (DLMF 8.9.2)."""
    return (1.0 if n == 0 else n * (shape - n), x + 2 * n + 1 - shape)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Give the regularised incomplete beta function by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(lambda n: (_beta_term(a, b, x, n), 1.0))


def _beta_term(a: float, b: float, x: float, n: int) -> float:
    if n == 0:
        return 1.0
    half, odd = divmod(n, 2)
    if odd:
        return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
    return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))


def _fraction(term: Callable[[int], tuple[float, float]]) -> float:
    """Evaluate a continued fraction from its front (Lentz; Thompson and Barnett, J. Comput. Phys. 64, 1986)."""
    value, c, d = _TINY, _TINY, 0.0
    for numerator, denominator in _terms(term):
        d = 1 / ((denominator + numerator * d) or _TINY)
        c = (denominator + numerator / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return value


def _terms(term: Callable[[int], tuple[float, float]]) -> Iterator[tuple[float, float]]:
    return (term(n) for n in range(_MOST_TERMS))
