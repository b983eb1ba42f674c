"""Where level, trend and season are smoothed through time, for many series and candidates of their factors at once.

Holt's and Winters' methods in error correction form, which is that of the state space models of Hyndman, Koehler, Ord
and Snyder (2008), Forecasting with exponential smoothing, section 2.5.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.forecast.methods.seasonality import decomposed

Kind = Literal["none", "additive", "multiplicative"]
LEAST_STEPS = 10
"""Steps at least that the first level and trend are estimated from, or two seasons; all of a shorter series."""

TINY = 1e-3
"""Least share of a series' size that multiplicative seasons and levels may sink to."""


@dataclass(frozen=True)
class States:
    """Level and trend (series, candidates), and seasons (season, series, candidates) where there are any."""

    level: Reals
    trend: Reals
    seasons: Reals | None
    kind: Kind

    def copied(self, candidates: int) -> "States":
        """The same states for so many candidates, to be moved on; there was one."""
        seasons = None if self.seasons is None else np.repeat(self.seasons, candidates, axis=2)
        level, trend = np.repeat(self.level, candidates, axis=1), np.repeat(self.trend, candidates, axis=1)
        return States(level, trend, seasons, self.kind)


def first_states(batch: Batch, kind: Kind, *, trend: bool) -> States:
    """The states before the first step: the decomposed season, and the line through the first steps without it."""
    plain, factors = batch, None
    if kind != "none":
        season = decomposed(batch, additive=kind == "additive")
        plain, factors = season.removed(batch), season.factors[:, :, None]
    count = np.minimum(batch.lengths, max(LEAST_STEPS, 2 * batch.season if kind != "none" else 0))
    place = np.arange(1, len(plain.steps) + 1)[:, None] - (count + 1) / 2
    used = np.abs(place) <= (count - 1) / 2
    mean = np.where(used, plain.steps, 0.0).sum(axis=0) / count
    rise = np.where(used, place * (plain.steps - mean), 0.0).sum(axis=0) / np.maximum((count**3 - count) / 12, 1)
    rise = rise if trend else np.zeros_like(rise)
    return States((mean - rise * (count + 1) / 2)[:, None], rise[:, None], factors, kind)


def walked(batch: Batch, states: States, factors: Reals) -> Reals:
    """The sum of squared errors one step ahead (series, candidates); the states are moved on to the last step.

    `factors`: (4, series, candidates): of the level, of the trend within it, of the season within what the level
    leaves, and of damping.
    """
    alpha, beta, gamma = factors[0], factors[0] * factors[1], (1 - factors[0]) * factors[2]
    damping, lost = factors[3], np.zeros(factors.shape[1:])
    for step, count in enumerate(batch.running):
        part = slice(0, count)
        trend = damping[part] * states.trend[part]
        level = states.level[part] + trend
        season = None if states.seasons is None else states.seasons[step % batch.season, part]
        values = batch.steps[step, part, None]
        if season is None:
            error = values - level
            lost[part] += error * error
        else:
            error, of_season, made = _errors(values, level, season, states.kind)
            lost[part] += (values - made) ** 2
            season += gamma[part] * of_season
        states.level[part] = level + alpha[part] * error
        states.trend[part] = trend + beta[part] * error
    return lost


def _errors(values: Reals, level: Reals, season: Reals, kind: Kind) -> tuple[Reals, Reals, Reals]:
    """The error as the level sees it, as the season sees it, and the forecast."""
    if kind == "additive":
        error = values - level - season
        return error, error, level + season
    made = level * season
    error = values - made
    return error / np.maximum(season, TINY), error / np.maximum(level, TINY * values), made


def ahead(states: States, damping: Reals, lengths: Integers, horizon: int) -> Reals:
    """The forecasts (series, horizon) from states and damping of one candidate each, after so many steps."""
    steps = np.cumsum(damping ** np.arange(1, horizon + 1), axis=1)
    level = states.level + states.trend * steps
    if states.seasons is None:
        return level
    phases = (lengths[:, None] + np.arange(horizon)) % len(states.seasons)
    season = states.seasons[phases, np.arange(len(lengths))[:, None], 0]
    return level + season if states.kind == "additive" else level * season
