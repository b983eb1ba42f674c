"""Where a candidate and the champion are compared on parts of the holdout."""

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, stdev

from contracts.api.version import SliceResult
from trainer.trainers.kind import Evaluation

MOST = 100
_LONGEST_NAME = 100


def parts(candidate: Evaluation, champion: Sequence[float]) -> tuple[SliceResult, ...]:
    """Compare the losses of each part; the largest parts first, and not more than a hundred of them."""
    gains = defaultdict[str, list[float]](list)
    for name, ours, theirs in zip(candidate.slices or (), candidate.losses, champion, strict=False):
        if math.isfinite(ours) and math.isfinite(theirs):
            gains[name].append(float(theirs) - float(ours))
    ranked = sorted(gains, key=lambda name: (-len(gains[name]), name))
    return tuple(_part(name, gains[name]) for name in ranked[:MOST]) if len(ranked) > 1 else ()


def _part(name: str, gains: Sequence[float]) -> SliceResult:
    return SliceResult(
        name=name[:_LONGEST_NAME],
        units=len(gains),
        better=sum(gain > 0 for gain in gains),
        worse=sum(gain < 0 for gain in gains),
        gain=fmean(gains),
        standard_error=0.0 if _is_counted(gains) else stdev(gains) / math.sqrt(len(gains)),
    )


def _is_counted(gains: Sequence[float]) -> bool:
    """Say whether answers are right or wrong, so that the counts say all; nor has a single one a spread."""
    return len(gains) < 2 or all(gain in {-1.0, 0.0, 1.0} for gain in gains)  # noqa: PLR2004
