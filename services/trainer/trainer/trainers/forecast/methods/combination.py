"""Where benchmarks of the M competitions are made of other methods.

Makridakis, Spiliotis and Assimakopoulos (2020), The M4 Competition, International Journal of Forecasting 36, table 2.
"""

import numpy as np

from trainer.trainers.forecast.methods import exponential, smoothing
from trainer.trainers.forecast.methods.batch import Batch, Reals, classical
from trainer.trainers.forecast.methods.panel import Floats, Panel
from trainer.trainers.forecast.methods.seasonality import season_removed


@classical(least_steps=1)
@season_removed
def naive2(batch: Batch, horizon: int) -> Reals:
    """The last value without its season, with the season that follows."""
    return np.repeat(batch.last[:, None], horizon, axis=1)


def comb(panel: Panel, horizon: int) -> Floats:
    """The mean of simple exponential smoothing, Holt's method and its damped form."""
    made = np.array([each(panel, horizon) for each in (smoothing.ses, exponential.holt, exponential.damped)])
    return (made / len(made)).sum(axis=0)
