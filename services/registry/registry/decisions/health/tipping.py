"""Where it is weighed whether a share lies beyond a threshold, as often as one likes, or only seems to."""

from math import exp, inf, lgamma, log, log1p

from registry.decisions.statistics import binomial_tail

ALPHA = 0.001
"""How seldom a monitor may be wrong about a share, over all looks at answers counted from the same hour on."""
_LARGEST = 700.0


def is_below(hits: int, trials: int, threshold: float) -> bool:
    """Say whether it is proven that the chance of a hit lies below a threshold."""
    return evidence_below(hits, trials, threshold) >= 1 / ALPHA


def is_above(hits: int, trials: int, threshold: float) -> bool:
    """Say whether it is proven that the chance of a hit lies above a threshold."""
    return evidence_below(trials - hits, trials, 1 - threshold) >= 1 / ALPHA


def evidence_below(hits: int, trials: int, threshold: float) -> float:
    """Give the evidence that the chance of a hit lies below a threshold, as a factor.

    It is the likelihood of the hits at a chance drawn evenly from below the threshold, over that at the threshold. For
    any chance that is not below, this is a supermartingale that begins with 1, and so exceeds 1/alpha at any time with
    probability at most alpha (Ville, Étude critique de la notion de collectif, 1939; Robbins, Annals of Mathematical
    Statistics 41, 1970). The integral is an incomplete beta function, and that is a binomial tail (DLMF 8.17.5).
    """
    misses = trials - hits
    if threshold <= 0 or trials <= 0:
        return 1.0
    if threshold >= 1:
        return inf if misses else 1.0
    tail = binomial_tail(hits + 1, trials + 1, threshold)
    if tail <= 0:
        return 0.0
    shape = lgamma(hits + 1) + lgamma(misses + 1) - lgamma(trials + 2)
    return exp(min(_LARGEST, shape + log(tail) - (hits + 1) * log(threshold) - misses * log1p(-threshold)))
