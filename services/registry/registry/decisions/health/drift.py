"""Where it is measured how far the labels that are predicted lie from those that were learnt from."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from registry.decisions.trials import sequential

_FEWEST = 5.0
"""Labels of which fewer are expected are counted together, as in Cochran's rule for tests of counts."""
_NEXT_TO_NOTHING = 0.5


@dataclass(frozen=True, slots=True)
class Drift:
    """How far counts lie from the shares that were expected, how many there are, and the evidence that it is more."""

    index: float
    count: int
    evidence: float


def between(expected: Mapping[str, float], seen: Mapping[str, int]) -> Drift:
    """Measure the population stability index, the sum of (seen - expected) · ln(seen / expected) over the labels.

    From 0.1 on it is called moderate, from 0.25 on large (Siddiqi, Credit Risk Scorecards, 2006). With many labels
    chance alone gives such an index; the evidence, which may be looked at as often as one likes, says whether it did.
    """
    total, whole = sum(seen.values()), sum(expected.values())
    if not total or whole <= 0:
        return Drift(0.0, total, 1.0)
    frequent = {label: share / whole for label, share in expected.items() if share / whole * total >= _FEWEST}
    counts = [seen.get(label, 0) for label in frequent]
    shares = list(frequent.values())
    # Whatever else was predicted, new labels among it, is one label more.
    counts.append(total - sum(counts))
    shares.append(max(1 - sum(shares), _NEXT_TO_NOTHING / total))
    return Drift(_index(counts, shares, total), total, sequential.ratio_evidence(counts, shares))


def _index(counts: list[int], shares: list[float], total: int) -> float:
    parts = ((max(count, _NEXT_TO_NOTHING) / total, share) for count, share in zip(counts, shares, strict=True))
    return sum((part - share) * log(part / share) for part, share in parts)
