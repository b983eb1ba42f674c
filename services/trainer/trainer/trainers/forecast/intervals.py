"""Where it is learnt from the errors of backtests between which bounds actual values will lie.

Split conformal prediction (Lei et al. 2018, Distribution-free predictive inference for regression, section 2.2) of
errors scaled by each series' own changes, for each segment and step ahead; both sides on their own.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.panel import Floats

ENOUGH = 100
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """How far below and above its forecast a value may lie at each step ahead, (horizon,), in units of its series."""

    below: Numbers
    above: Numbers


def bounds(errors: Floats, level: float) -> Bounds:
    """Bounds that hold `level` of scaled errors (trials, horizon), actual less forecast; NaN where there was none.

    Where there are few of each step, those of all steps are taken together, as if they grew with the root of the step.
    Bounds never become narrower with the steps.
    """
    horizon = errors.shape[1]
    roots = np.sqrt(np.arange(1, horizon + 1))
    counts = np.isfinite(errors).sum(axis=0)
    if counts.min() < ENOUGH:
        pooled = (errors / roots)[np.isfinite(errors)]
        low, high = _quantiles(pooled, level)
        below, above = -low * roots, high * roots
    else:
        pairs = [_quantiles(errors[np.isfinite(errors[:, step]), step], level) for step in range(horizon)]
        below, above = -np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])
    return Bounds(np.maximum.accumulate(np.maximum(below, 0)), np.maximum.accumulate(np.maximum(above, 0)))


def _quantiles(errors: NDArray[np.floating], level: float) -> tuple[float, float]:
    """The two quantiles, a little outside of the sample's own, as a sample of its size asks for."""
    tail = (1 - level) / 2
    if not errors.size:
        return NormalDist().inv_cdf(tail), NormalDist().inv_cdf(1 - tail)
    outer = max(0.0, tail - (1 - tail) / errors.size)
    low, high = np.quantile(errors, (outer, 1 - outer))
    return float(low), float(high)
