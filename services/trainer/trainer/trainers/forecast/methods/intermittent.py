"""Where series that are mostly zero are forecast by how much comes and how often.

Croston (1972), Forecasting and stock control for intermittent demands, Operational Research Quarterly 23, 289-303;
Syntetos and Boylan (2005), The accuracy of intermittent demand estimates, International Journal of Forecasting 21,
303-314 (the factor 1 - alpha / 2); Teunter, Syntetos and Babai (2011), Intermittent demand: linking forecasting to
inventory obsolescence, European Journal of Operational Research 214, 606-615 (TSB).
"""

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals, classical

ALPHA = 0.1
"""The factor of all smoothing here, as Croston has it."""


@classical(least_steps=1)
def croston(batch: Batch, horizon: int) -> Reals:
    """The smoothed size of a demand by the smoothed number of steps between two; 0 where there was no demand."""
    return np.repeat(_rate(batch)[:, None], horizon, axis=1)


@classical(least_steps=1)
def croston_sba(batch: Batch, horizon: int) -> Reals:
    """Croston's method without its bias upwards."""
    return np.repeat((1 - ALPHA / 2) * _rate(batch)[:, None], horizon, axis=1)


@classical(least_steps=1)
def tsb(batch: Batch, horizon: int) -> Reals:
    """The smoothed size of a demand times its smoothed probability, which sinks while nothing comes."""
    size = np.zeros(batch.steps.shape[1])
    chance = (batch.steps[0] != 0).astype(np.float64)
    seen = np.zeros(batch.steps.shape[1], np.bool_)
    for values, count in zip(batch.steps, batch.running, strict=True):
        part = slice(0, count)
        comes, factor = values[part] != 0, np.where(seen[part], ALPHA, 1.0)
        chance[part] += ALPHA * (comes - chance[part])
        size[part] = np.where(comes, size[part] + factor * (values[part] - size[part]), size[part])
        seen[part] |= comes
    return np.repeat((size * chance)[:, None], horizon, axis=1)


def _rate(batch: Batch) -> Reals:
    size = np.zeros(batch.steps.shape[1])
    gap, since = np.ones_like(size), np.ones_like(size)
    seen = np.zeros(batch.steps.shape[1], np.bool_)
    for values, count in zip(batch.steps, batch.running, strict=True):
        part = slice(0, count)
        comes, factor = values[part] != 0, np.where(seen[part], ALPHA, 1.0)
        size[part] = np.where(comes, size[part] + factor * (values[part] - size[part]), size[part])
        gap[part] = np.where(comes, gap[part] + factor * (since[part] - gap[part]), gap[part])
        since[part] = np.where(comes, 1.0, since[part] + 1)
        seen[part] |= comes
    return size / gap
