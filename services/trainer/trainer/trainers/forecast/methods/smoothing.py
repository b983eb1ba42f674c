"""Where series are forecast by simple exponential smoothing.

Hyndman and Athanasopoulos (2021), Forecasting: principles and practice, 3rd ed., section 8.1.
"""

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals, classical
from trainer.trainers.forecast.methods.search import FIRST, along_a_line
from trainer.trainers.forecast.methods.seasonality import season_removed

WIDE = (0.01, 0.99)


@classical(least_steps=3, candidates=FIRST)
@season_removed
def ses(batch: Batch, horizon: int) -> Reals:
    """The level, whose smoothing factor between .01 and .99 had the least squared errors one step ahead."""
    return np.repeat(level(batch, WIDE)[:, None], horizon, axis=1)


def level(batch: Batch, bounds: tuple[float, float]) -> Reals:
    """The last level (series,) of the series with the best smoothing factor between the bounds; it begins at y1."""

    def judge(alphas: Reals) -> tuple[Reals, tuple[Reals, ...]]:
        lost, levels = smoothed(batch, alphas)
        return lost, (levels,)

    return along_a_line(judge, len(batch.lengths), bounds)[1][0]


def smoothed(batch: Batch, alphas: Reals) -> tuple[Reals, Reals]:
    """The sum of squared errors one step ahead and the last level, each (series, candidates) as the factors."""
    levels = np.repeat(batch.steps[0][:, None], alphas.shape[1], axis=1)
    lost = np.zeros(alphas.shape)
    for values, count in zip(batch.steps[1:], batch.running[1:], strict=True):
        error = values[:count, None] - levels[:count]
        levels[:count] += alphas[:count] * error
        error *= error
        lost[:count] += error
    return lost, levels
