"""Where the classical methods of forecasting are named, each working on all series of a panel at once.

Every method takes a `Panel` and a horizon and gives float32 (series, horizon), all of them finite, whatever the values:
series shorter than `least_steps` get their last value. None of them cuts off below zero; that is for the caller.
"""

from dataclasses import dataclass

from trainer.trainers.forecast.methods import (
    aggregation,
    combination,
    exponential,
    intermittent,
    simple,
    smoothing,
    theta,
)
from trainer.trainers.forecast.methods.batch import Forecast


@dataclass(frozen=True)
class Method:
    """A method: its forecast, and what one should know before choosing it.

    `least_steps`: from how many values on it says something of its own. `seasonal`: whether it follows the panel's
    season. `for_intermittent`: whether it is made for series that are mostly zero. `cost`: its time for 10,000 series
    of 157 weeks in tenths of a second, roughly.
    """

    name: str
    forecast: Forecast
    least_steps: int = 1
    seasonal: bool = False
    for_intermittent: bool = False
    cost: int = 1


_ALL = (
    Method("zero", simple.zero, for_intermittent=True),
    Method("naive", simple.naive),
    Method("seasonal_naive", simple.seasonal_naive, seasonal=True),
    Method("naive2", combination.naive2, seasonal=True),
    Method("drift", simple.drift, least_steps=2),
    Method("average", simple.average, for_intermittent=True),
    Method("window_average", simple.window_average, for_intermittent=True),
    Method("seasonal_average", simple.seasonal_average, seasonal=True),
    Method("ses", smoothing.ses, 3, seasonal=True, for_intermittent=True, cost=4),
    Method("holt", exponential.holt, 4, seasonal=True, cost=8),
    Method("damped", exponential.damped, 4, seasonal=True, cost=10),
    Method("comb", combination.comb, 3, seasonal=True, cost=20),
    Method("holt_winters_additive", exponential.holt_winters_additive, 4, seasonal=True, cost=15),
    Method("holt_winters_multiplicative", exponential.holt_winters_multiplicative, 4, seasonal=True, cost=15),
    Method("ets", exponential.ets, 4, seasonal=True, cost=60),
    Method("theta", theta.theta, 5, seasonal=True, cost=6),
    Method("optimised_theta", theta.optimised_theta, 5, seasonal=True, cost=6),
    Method("dynamic_theta", theta.dynamic_theta, 5, seasonal=True, cost=6),
    Method("dynamic_optimised_theta", theta.dynamic_optimised_theta, 5, seasonal=True, cost=6),
    Method("croston", intermittent.croston, for_intermittent=True),
    Method("croston_sba", intermittent.croston_sba, for_intermittent=True),
    Method("tsb", intermittent.tsb, for_intermittent=True),
    Method("adida", aggregation.adida, for_intermittent=True, cost=4),
    Method("imapa", aggregation.imapa, for_intermittent=True, cost=10),
)
METHODS: dict[str, Method] = {method.name: method for method in _ALL}
