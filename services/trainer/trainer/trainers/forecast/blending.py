"""Where it is decided by backtest which candidates forecast a segment, and with which weights.

Forward selection with replacement (Caruana et al. 2004, Ensemble selection from libraries of models, section 2.1) on
the mean over series of the root mean squared scaled error, with a guard against bias: on intermittent demand absolute
errors would choose to forecast nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.backtest import Trial
from trainer.trainers.forecast.methods.panel import Floats

ROUNDS = 12
MOST_BIAS = 0.03
BIAS_PRICE = 1.0
FEW_TRIALS = 40
LARGEST_ERROR = 20.0
LEAST_WEIGHT = 0.075


@dataclass(frozen=True)
class Blend:
    """The weights of candidates, which sum to 1, and each candidate's own loss where it was measured."""

    weights: dict[str, float]
    losses: dict[str, float]
    trials: int


def blended(trial: Trial) -> Blend:
    """The blend with the least loss on a trial; of few series it is drawn half way to the mean of the better half."""
    names = list(trial.made)
    losses = {name: loss(trial, trial.made[name]) for name in names}
    counts = dict.fromkeys(names, 0)
    total = np.zeros(trial.actual.shape, np.float32)
    best, kept = np.inf, dict(counts)
    for chosen in range(1, ROUNDS + 1):
        options = {name: loss(trial, (total + trial.made[name]) / np.float32(chosen)) for name in names}
        name = min(options, key=lambda each: (options[each], each))
        counts[name] += 1
        total = total + trial.made[name]
        if options[name] < best:
            best, kept = options[name], dict(counts)
    size = trial.actual.shape[0] * trial.actual.shape[1]
    return Blend(_steadied(kept, losses, size), losses, trial.actual.shape[0])


def together(weights: Mapping[str, float], made: Mapping[str, Floats]) -> Floats:
    """The weighted mean of forecasts."""
    parts = np.stack([np.float32(weight) * made[name] for name, weight in weights.items()])
    return parts.sum(axis=0, dtype=np.float32)


def loss(trial: Trial, made: Floats) -> float:
    """The mean over series of the root mean squared scaled error, dearer the more forecasts are biased."""
    size = float(np.nanmean(np.abs(trial.actual))) or 1.0
    errors = made - trial.actual
    scaled = np.clip(errors / trial.scale[:, None, None], -LARGEST_ERROR, LARGEST_ERROR)
    roots = np.sqrt(_mean(_mean(scaled**2, 2), 1))
    bias = abs(float(np.nanmean(errors))) / size
    return float(np.nanmean(roots)) * (1 + BIAS_PRICE * max(0.0, bias - MOST_BIAS))


def _mean(values: Floats, axis: int) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    means = np.where(known, values, 0).sum(axis=axis) / np.maximum(count, 1)
    return np.where(count > 0, means, np.nan).astype(np.float32)


def _steadied(counts: dict[str, int], losses: dict[str, float], trials: int) -> dict[str, float]:
    chosen = sum(counts.values())
    weights = {name: count / chosen for name, count in counts.items()}
    if trials < FEW_TRIALS:
        better = sorted(losses, key=lambda name: (losses[name], name))[: (len(losses) + 1) // 2]
        weights = {name: weights[name] / 2 + (name in better) / (2 * len(better)) for name in weights}
    kept = {name: weight for name, weight in weights.items() if weight >= LEAST_WEIGHT}
    return {name: weight / sum(kept.values()) for name, weight in kept.items()}
