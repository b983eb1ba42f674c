"""Where it is measured how well reviewers agree: pure, from how many approved and rejected each example."""

from collections.abc import Sequence
from typing import NamedTuple

_TWO = 2


class Reviewed(NamedTuple):
    """One example: how many approved it, how many rejected it, and whether all said the same to the letter."""

    approved: int
    rejected: int
    same: bool


def share(reviewed: Sequence[Reviewed]) -> float | None:
    """Give the share of examples whose reviewers all said the same; None without any that two reviewed."""
    several = _several(reviewed)
    return sum(each.same for each in several) / len(several) if several else None


def kappa(reviewed: Sequence[Reviewed]) -> float | None:
    """Give Fleiss' kappa (1971, Measuring nominal scale agreement among many raters), examples by different numbers.

    Each example's agreement is the share of pairs of its reviewers who agree. None where nothing can be said: without
    examples that two reviewed, or if everybody always said the same one thing.
    """
    several = _several(reviewed)
    if not several:
        return None
    observed = sum(map(_pairs, several)) / len(several)
    approved = sum(each.approved for each in several)
    p = approved / sum(each.approved + each.rejected for each in several)
    expected = p * p + (1 - p) * (1 - p)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def _pairs(each: Reviewed) -> float:
    n = each.approved + each.rejected
    agreeing = each.approved * (each.approved - 1) + each.rejected * (each.rejected - 1)
    return agreeing / (n * (n - 1))


def _several(reviewed: Sequence[Reviewed]) -> list[Reviewed]:
    return [each for each in reviewed if each.approved + each.rejected >= _TWO]
