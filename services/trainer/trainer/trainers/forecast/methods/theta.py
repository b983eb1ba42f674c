"""Where series are forecast by the theta method, classical and optimised.

Assimakopoulos and Nikolopoulos (2000), The theta model, International Journal of Forecasting 16, 521-530; as state
space models: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), Models for optimising the theta method and
their relationship to state space models, International Journal of Forecasting 32, 1151-1161 (section 3: STM, OTM, DSTM,
DOTM). With level l, line A + Bt and w = 1 - 1/theta the forecast one step ahead is

    l(t-1) + w [(1-alpha)^(t-1) A + (1 - (1-alpha)^t) / alpha B]

which for a given alpha is linear in the first level and in w: both are found by least squares, only alpha by search.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast.methods.batch import Batch, Reals, classical
from trainer.trainers.forecast.methods.search import FIRST, along_a_line
from trainer.trainers.forecast.methods.seasonality import season_removed

ALPHAS = (0.1, 0.99)
WARMING = 3
"""Errors of the first steps that do not count, as in the authors' forecTheta and in statsforecast."""

CLASSICAL = (0.5, 0.5)
OPTIMISED = (0.0, 1 - 1e-10)
"""Bounds of w: theta is 2, or anything from 1 up."""


@dataclass(frozen=True)
class _Shape:
    """Which theta model: the bounds of w, and whether the line is fitted anew at every step."""

    weights: tuple[float, float]
    dynamic: bool


@dataclass(frozen=True)
class _Lines:
    """The lines of each step and series: intercept and slope as known before the step, and after the last one."""

    intercepts: Reals
    slopes: Reals


@classical(least_steps=5, candidates=FIRST)
@season_removed
def theta(batch: Batch, horizon: int) -> Reals:
    """The classical theta method: half the straight line, half simple exponential smoothing (STM)."""
    return _forecast(batch, horizon, _Shape(CLASSICAL, dynamic=False))


@classical(least_steps=5, candidates=FIRST)
@season_removed
def optimised_theta(batch: Batch, horizon: int) -> Reals:
    """The optimised theta method (OTM): theta is chosen for each series."""
    return _forecast(batch, horizon, _Shape(OPTIMISED, dynamic=False))


@classical(least_steps=5, candidates=FIRST)
@season_removed
def dynamic_theta(batch: Batch, horizon: int) -> Reals:
    """The dynamic theta method (DSTM): the line is fitted anew at every step."""
    return _forecast(batch, horizon, _Shape(CLASSICAL, dynamic=True))


@classical(least_steps=5, candidates=FIRST)
@season_removed
def dynamic_optimised_theta(batch: Batch, horizon: int) -> Reals:
    """The dynamic optimised theta method (DOTM)."""
    return _forecast(batch, horizon, _Shape(OPTIMISED, dynamic=True))


def _forecast(batch: Batch, horizon: int, shape: _Shape) -> Reals:
    """Forecast the series less their first value, which changes nothing but the rounding."""
    shift = batch.steps[0]
    shifted = Batch(np.where(batch.present, batch.steps - shift, 0.0), batch.lengths, batch.season)
    lines = _dynamic_lines(shifted) if shape.dynamic else _whole_line(shifted)

    def judge(alphas: Reals) -> tuple[Reals, tuple[Reals, ...]]:
        return _judged(shifted, lines, alphas, shape.weights)

    alphas, (levels, weights) = along_a_line(judge, len(batch.lengths), ALPHAS)
    state = _State(alphas, weights, levels, shifted, lines)
    made = np.zeros((horizon, len(shift)))
    for row, values in zip(made, _ahead(state, horizon, dynamic=shape.dynamic), strict=True):
        row[:] = shift + values
    return made.T


def _whole_line(batch: Batch) -> _Lines:
    """The least squares line over all steps, counted from 1, the same at every step."""
    count = batch.lengths.astype(np.float64)
    mean = batch.steps.sum(axis=0) / count
    weighted = (batch.steps * np.arange(1, len(batch.steps) + 1)[:, None]).sum(axis=0) / count
    slope = 6 * (2 * weighted - (count + 1) * mean) / (count**2 - 1)
    shape = (len(batch.steps) + 1, len(count))
    return _Lines(np.broadcast_to(mean - (count + 1) * slope / 2, shape), np.broadcast_to(slope, shape))


def _dynamic_lines(batch: Batch) -> _Lines:
    """The least squares line over the steps so far, by the recursion of Fiorucci et al. (2016, equations 13-15)."""
    mean, slope = batch.steps[0], np.zeros(batch.steps.shape[1])
    intercepts, slopes = [mean, mean], [slope, slope]
    for step, values in enumerate(batch.steps[1:], start=1):
        slope = ((step - 1) * slope + 6 * (values - mean) / (step + 1)) / (step + 2)
        mean = mean + (values - mean) / (step + 1)
        intercepts.append(mean - slope * (step + 2) / 2)
        slopes.append(slope)
    return _Lines(np.array(intercepts), np.array(slopes))


def _judged(
    batch: Batch, lines: _Lines, alphas: Reals, bounds: tuple[float, float]
) -> tuple[Reals, tuple[Reals, Reals]]:
    """The least squared error of each alpha, with the last level and the weight that lead to it."""
    levels, decay, sums = _sums(batch, lines, alphas)
    rr, rg, gg, rd, gd, dd = sums
    dd = np.maximum(dd, 1e-12)
    free = gg - gd * gd / dd
    wanted = (rg - rd * gd / dd) / np.where(free > 1e-12 * gg, free, np.inf)
    weights = np.clip(wanted, *bounds)
    first = (rd - weights * gd) / dd
    lost = rr - 2 * weights * rg + weights**2 * gg - 2 * first * rd + 2 * first * weights * gd + first**2 * dd
    return np.maximum(lost, 0.0), (levels + first * decay, weights)


def _sums(batch: Batch, lines: _Lines, alphas: Reals) -> tuple[Reals, Reals, list[Reals]]:
    """The level without a first one, its decay, and the sums of products that least squares needs.

    r is the error of that level, g what w multiplies and d what the first level multiplies.
    """
    levels = alphas * batch.steps[0][:, None]
    kept = 1 - alphas
    decay = kept.copy()
    sums = [np.zeros(alphas.shape) for _ in range(6)]
    for step, count in enumerate(batch.running[1:], start=1):
        d = decay[:count]
        r = batch.steps[step, :count, None] - levels[:count]
        if step >= WARMING:
            slope = lines.slopes[step, :count, None] / alphas[:count]
            g = (lines.intercepts[step, :count, None] - slope * kept[:count]) * d + slope
            for total, left, right in zip(sums, (r, r, g, r, g, d), (r, g, g, d, d, d), strict=True):
                total[:count] += left * right
        levels[:count] += alphas[:count] * r
        decay[:count] *= kept[:count]
    return levels, decay, sums


@dataclass(frozen=True)
class _State:
    """What forecasting goes on from, each (series,), and the series with their lines."""

    alphas: Reals
    weights: Reals
    levels: Reals
    batch: Batch
    lines: _Lines


def _ahead(state: _State, horizon: int, *, dynamic: bool) -> Iterator[Reals]:
    """The forecasts step by step, each taken for the value that comes."""
    lengths, rows = state.batch.lengths, np.arange(len(state.batch.lengths))
    slope, intercept = state.lines.slopes[lengths, rows], state.lines.intercepts[lengths, rows]
    mean, level, kept = state.batch.steps.sum(axis=0) / lengths, state.levels, 1 - state.alphas
    for step in range(horizon):
        past = lengths + step
        line = intercept * kept**past + slope * (1 - kept ** (past + 1)) / state.alphas
        made = level + state.weights * line
        yield made
        level = level + state.alphas * (made - level)
        if dynamic:
            slope = ((past - 1) * slope + 6 * (made - mean) / (past + 1)) / (past + 2)
            mean = mean + (made - mean) / (past + 1)
            intercept = mean - slope * (past + 2) / 2
