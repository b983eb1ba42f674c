"""Where series are forecast by exponential smoothing with trend and season: Holt, damped, Holt-Winters, and a choice.

Hyndman, Koehler, Ord and Snyder (2008), Forecasting with exponential smoothing; the choice by Akaike's criterion with
correction for short series is section 7.2 of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.batch import Batch, Reals, classical
from trainer.trainers.forecast.methods.factors import Bounds, best_factors
from trainer.trainers.forecast.methods.seasonality import season_removed
from trainer.trainers.forecast.methods.states import Kind, ahead, first_states, walked

NOTHING, WHOLE = (0.0, 0.0), (1.0, 1.0)
ALPHA, BETA, GAMMA, DAMPING = (0.01, 0.99), (0.001, 0.9), (0.001, 0.9), (0.8, 0.98)
CANDIDATES = 8


@dataclass(frozen=True)
class Form:
    """One form of exponential smoothing: whether it has a trend, whether that is damped, and its season."""

    trend: bool = False
    damped: bool = False
    kind: Kind = "none"

    @property
    def bounds(self) -> Bounds:
        """The bounds of the four factors; a factor that the form does not have cannot move."""
        return (
            ALPHA,
            BETA if self.trend else NOTHING,
            GAMMA if self.kind != "none" else NOTHING,
            DAMPING if self.damped else WHOLE,
        )

    def free(self, season: int) -> int:
        """How many numbers are estimated: factors, first states and the variance."""
        return 3 + 2 * self.trend + self.damped + (season if self.kind != "none" else 0)


PLAIN = (Form(), Form(trend=True), Form(trend=True, damped=True))
ADDITIVE = (Form(kind="additive"), Form(trend=True, damped=True, kind="additive"))
MULTIPLICATIVE = (Form(kind="multiplicative"), Form(trend=True, damped=True, kind="multiplicative"))


@classical(least_steps=4, candidates=CANDIDATES)
@season_removed
def holt(batch: Batch, horizon: int) -> Reals:
    """Level and trend."""
    return _fitted(batch, horizon, Form(trend=True))[0]


@classical(least_steps=4, candidates=CANDIDATES)
@season_removed
def damped(batch: Batch, horizon: int) -> Reals:
    """Level and a trend that dies away."""
    return _fitted(batch, horizon, Form(trend=True, damped=True))[0]


@classical(least_steps=4, candidates=CANDIDATES)
def holt_winters_additive(batch: Batch, horizon: int) -> Reals:
    """Level, damped trend and a season that adds; without a season below two of them."""
    return _fitted(batch, horizon, Form(trend=True, damped=True, kind="additive"))[0]


@classical(least_steps=4, candidates=CANDIDATES)
def holt_winters_multiplicative(batch: Batch, horizon: int) -> Reals:
    """Level, damped trend and a season that multiplies; one that adds where values are not all positive."""
    return _fitted(batch, horizon, Form(trend=True, damped=True, kind="multiplicative"))[0]


@classical(least_steps=4, candidates=CANDIDATES)
def ets(batch: Batch, horizon: int) -> Reals:
    """The form with the least corrected criterion of Akaike, for each series."""
    best, made = np.full(len(batch.lengths), np.inf), np.repeat(batch.last[:, None], horizon, axis=1)
    forms = PLAIN + (ADDITIVE + MULTIPLICATIVE if batch.season > 1 else ())
    for form in forms:
        forecast, lost = _fitted(batch, horizon, form)
        criterion = _criterion(lost, batch.lengths, form.free(batch.season))
        better = criterion < best
        best, made = np.where(better, criterion, best), np.where(better[:, None], forecast, made)
    return made


def _criterion(lost: Reals, lengths: NDArray[np.int64], free: int) -> Reals:
    left = np.maximum(lengths - free - 1, 0.1)
    return lengths * np.log(np.maximum(lost / lengths, 1e-300)) + 2 * free + 2 * free * (free + 1) / left


def _fitted(batch: Batch, horizon: int, form: Form) -> tuple[Reals, Reals]:
    """The forecasts and the squared errors of one form; each series gets the season that it can have."""
    made, lost = np.zeros((len(batch.lengths), horizon)), np.zeros(len(batch.lengths))
    for kind, rows in _kinds(batch, form.kind):
        if rows.any():
            part = Batch(batch.steps[:, rows], batch.lengths[rows], batch.season)
            made[rows], lost[rows] = _fitted_alike(part, horizon, Form(form.trend, form.damped, kind))
    return made, lost


def _kinds(batch: Batch, kind: Kind) -> list[tuple[Kind, NDArray[np.bool_]]]:
    enough = (batch.lengths >= 2 * batch.season) & (batch.season > 1) & (kind != "none")
    positive = (np.where(batch.present, batch.steps, np.inf) > 0).all(axis=0) & (kind == "multiplicative")
    return [("none", ~enough), ("additive", enough & ~positive), ("multiplicative", enough & positive)]


def _fitted_alike(batch: Batch, horizon: int, form: Form) -> tuple[Reals, Reals]:
    first = first_states(batch, form.kind, trend=form.trend)
    factors = best_factors(batch, first, form.bounds)
    last = first.copied(1)
    lost = walked(batch, last, factors)
    return ahead(last, factors[3], batch.lengths, horizon), lost[:, 0]
