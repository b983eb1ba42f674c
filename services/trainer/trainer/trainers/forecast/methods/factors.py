"""Where the factors of exponential smoothing are found for every series at once: a coarse grid, then steps downhill."""

import itertools

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals
from trainer.trainers.forecast.methods.states import States, walked

Bounds = tuple[tuple[float, float], ...]
GRID = ((0.1, 0.4, 0.8), (0.05, 0.3), (0.05, 0.3), (0.95,))
STEPS = (0.15, 0.1, 0.1, 0.05)
ROUNDS = 5


def best_factors(batch: Batch, first: States, bounds: Bounds) -> Reals:
    """The factors (4, series, 1) with the least squared errors one step ahead, within their bounds.

    Each round tries a step up and down along every factor from the best so far, and the next round half that step.
    """
    free = [place for place, (low, high) in enumerate(bounds) if low < high]
    best, lost = _better(batch, first, _grid(bounds, free, len(batch.lengths)))
    for size in range(ROUNDS):
        tried = np.repeat(best, 2 * len(free), axis=2)
        for column, (place, sign) in enumerate(itertools.product(free, (-1, 1))):
            low, high = bounds[place]
            tried[place, :, column] = np.clip(tried[place, :, column] + sign * STEPS[place] / 2**size, low, high)
        found, less = _better(batch, first, tried)
        better = less < lost
        best, lost = np.where(better, found, best), np.where(better, less, lost)
    return best


def _grid(bounds: Bounds, free: list[int], series: int) -> Reals:
    choices = [GRID[place] if place in free else (bounds[place][0],) for place in range(len(bounds))]
    grid = np.array(list(itertools.product(*choices))).T
    return np.repeat(grid[:, None, :], series, axis=1)


def _better(batch: Batch, first: States, tried: Reals) -> tuple[Reals, Reals]:
    lost = walked(batch, first.copied(tried.shape[2]), tried)
    lost = np.where(np.isfinite(lost), lost, np.inf)
    place = lost.argmin(axis=1)[:, None]
    return np.take_along_axis(tried, place[None], axis=2), np.take_along_axis(lost, place, axis=1)
