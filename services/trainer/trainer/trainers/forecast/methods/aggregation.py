"""Where series that are mostly zero are forecast by their sums over several steps, which are smoother than they are.

Nikolopoulos, Syntetos, Boylan, Petropoulos and Assimakopoulos (2011), An aggregate-disaggregate intermittent demand
approach (ADIDA), Journal of the Operational Research Society 62, 544-554; Petropoulos and Kourentzes (2015), Forecast
combinations for intermittent demand, same journal 66, 914-924 (IMAPA). The sums do not overlap and end at the newest
step; each level is forecast by simple exponential smoothing with a factor of .1 to .3, as in statsforecast.
"""

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals, classical
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.forecast.methods.search import FIRST
from trainer.trainers.forecast.methods.smoothing import level

NARROW = (0.1, 0.3)


@classical(least_steps=1, candidates=FIRST)
def adida(batch: Batch, horizon: int) -> Reals:
    """The forecast from sums over as many steps as lie between two demands on average."""
    intervals = _mean_intervals(batch)
    made, sums = np.zeros(len(batch.lengths)), _running_sums(batch)
    for size in np.unique(intervals[intervals > 0]):
        rows = np.flatnonzero(intervals == size)
        made[rows] = _rate(sums, batch.lengths, rows, int(size))
    return np.repeat(made[:, None], horizon, axis=1)


@classical(least_steps=1, candidates=FIRST)
def imapa(batch: Batch, horizon: int) -> Reals:
    """The mean of the forecasts from sums over 1, 2, ... steps, up to the mean interval between two demands."""
    intervals = _mean_intervals(batch)
    total, sums = np.zeros(len(batch.lengths)), _running_sums(batch)
    for size in range(1, int(intervals.max(initial=0)) + 1):
        rows = np.flatnonzero(intervals >= size)
        total[rows] += _rate(sums, batch.lengths, rows, size)
    return np.repeat((total / np.maximum(intervals, 1))[:, None], horizon, axis=1)


def _mean_intervals(batch: Batch) -> Integers:
    """The rounded mean number of steps from one demand to the next, the first counted from the start; 0 for none."""
    comes = batch.steps != 0
    newest = np.where(comes, np.arange(1, len(comes) + 1)[:, None], 0).max(axis=0)
    return np.rint(newest / np.maximum(comes.sum(axis=0), 1)).astype(np.int64)


def _running_sums(batch: Batch) -> Reals:
    """What has come before each step, (steps + 1, series)."""
    return np.vstack([np.zeros((1, batch.steps.shape[1])), np.cumsum(batch.steps, axis=0)])


def _rate(sums: Reals, lengths: Integers, rows: Integers, size: int) -> Reals:
    """The forecast of one step of some series, from their sums over `size` steps."""
    count = lengths[rows] // size
    ends = np.minimum(lengths[rows] % size + np.arange(int(count.max()) + 1)[:, None] * size, len(sums) - 1)
    return level(Batch(np.diff(sums[ends, rows], axis=0), count, 1), NARROW) / size
