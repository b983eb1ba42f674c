"""Where exact tests of counts are, with the source of each formula."""

from collections.abc import Iterator
from math import ceil, exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_NEGLIGIBLE = 1e-17


def binomial_tail(successes: int, trials: int, chance: float) -> float:
    """Give the probability of at least so many successes in independent trials of the same chance.

    The exact tail of the binomial distribution, summed term by term from the successes away from the mean; the first
    term by log-gamma, each further one by the ratio of neighbours (Feller, An Introduction to Probability Theory and
    Its Applications I, section VI.3).
    """
    if successes <= 0 or chance >= 1:
        return 1.0 if successes <= trials else 0.0
    if successes > trials or chance <= 0:
        return 0.0
    if successes > trials * chance:
        return min(1.0, sum(_terms(successes, trials, chance)))
    return max(0.0, 1 - sum(_terms(trials - successes + 1, trials, 1 - chance)))


def mcnemar(better: int, worse: int) -> float:
    """Give the one-sided p-value of McNemar's exact test: that one of a pair is right alone this often by chance.

    ``better`` counts the rows that only the first of the pair has right, ``worse`` those that only the second has;
    under the null hypothesis each such row is a fair coin (McNemar, Psychometrika 12, 1947; the exact conditional test
    as in Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91, 2013).
    """
    return binomial_tail(better, better + worse, 0.5)


def rows_to_settle(rows: int, *, excess: float, variance: float, step: float, alpha: float) -> int | None:
    """Give roughly how many rows in all make the same gain significant, one-sided; None where there is no gain.

    ``excess`` is the sum by which the rows are better than the null hypothesis says, ``variance`` that sum's variance
    under it, and ``step`` the distance between neighbouring values of the sum. With f times the rows the continuity
    corrected statistic (f·excess - step/2) / sqrt(f·variance) has to reach the normal quantile; that is a quadratic
    equation in sqrt(f) (correction: Edwards, Psychometrika 13, 1948; Fleiss, Levin and Paik, Statistical Methods for
    Rates and Proportions, section 2.4).
    """
    if excess <= 0:
        return None
    spread = NormalDist().inv_cdf(1 - alpha) * sqrt(variance)
    root = (spread + sqrt(spread**2 + 2 * excess * step)) / (2 * excess)
    return ceil(rows * root**2)


def p_value(value: float) -> str:
    """Write a p-value with the four decimals that can be shown."""
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.4f}"  # noqa: PLR2004


def _terms(successes: int, trials: int, chance: float) -> Iterator[float]:
    """Give the probabilities of so many successes, of one more, and so on, until they no longer count."""
    term, total = exp(_log_probability(successes, trials, chance)), 0.0
    for count in range(successes, trials + 1):
        yield term
        total += term
        term *= (trials - count) / (count + 1) * chance / (1 - chance)
        if term <= total * _NEGLIGIBLE:
            return


def _log_probability(successes: int, trials: int, chance: float) -> float:
    ways = lgamma(trials + 1) - lgamma(successes + 1) - lgamma(trials - successes + 1)
    return ways + successes * log(chance) + (trials - successes) * log1p(-chance)
