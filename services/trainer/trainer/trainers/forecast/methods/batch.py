"""Where series are laid out for methods that walk through time once, for many series and candidates side by side."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.panel import Floats, Integers, Panel

Reals = NDArray[np.float64]
Forecast = Callable[[Panel, int], Floats]
CELLS = 20_000
"""Numbers of a state (series x candidates) worked on at once, so that a step's arrays stay in the processor's cache."""

REACH = 2.0
"""How many times their own range forecasts may leave it, and as much again for each history's length ahead."""


@dataclass(frozen=True)
class Batch:
    """Series of one panel, left-aligned and the longest first, in double precision.

    `steps`: (steps, series), 0 behind a series' end. `lengths`: (series,), falling. `season` as in the panel.
    """

    steps: Reals
    lengths: Integers
    season: int

    @property
    def running(self) -> list[int]:
        """For each step how many series have a value there; they are the first ones."""
        return np.searchsorted(-self.lengths, -np.arange(len(self.steps)), side="left").tolist()

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which cells of `steps` hold a value."""
        return np.arange(len(self.steps))[:, None] < self.lengths

    @property
    def last(self) -> Reals:
        """The newest value of each series."""
        return self.steps[self.lengths - 1, np.arange(len(self.lengths))]


def classical(least_steps: int, candidates: int = 1) -> Callable[[Callable[[Batch, int], Reals]], Forecast]:
    """Make a forecast of panels from one of batches, that never gives anything but numbers of a sane size.

    Series shorter than `least_steps` (at least 1) are forecast with their last value, those without values with 0.
    """

    def decorate(fit: Callable[[Batch, int], Reals]) -> Forecast:
        @functools.wraps(fit)
        def forecast(panel: Panel, horizon: int) -> Floats:
            made = np.repeat(last_values(panel), horizon, axis=1)
            for rows in _portions(panel, least_steps, max(64, CELLS // candidates)):
                with np.errstate(all="ignore"):
                    made[rows] = fit(batch_of(panel, rows), horizon)
            return settled(made, panel)

        return forecast

    return decorate


def batch_of(panel: Panel, rows: Integers) -> Batch:
    """The series at these positions, which stand by falling length and have at least one value."""
    lengths = panel.lengths[rows]
    steps = np.zeros((int(lengths.max(initial=0)), len(rows)))
    for column, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        steps[:length, column] = panel.values[row, panel.steps - length :]
    return Batch(steps, lengths, panel.season)


def last_values(panel: Panel) -> Reals:
    """The newest value of each series, as a column; 0 where there is none."""
    if not panel.steps:
        return np.zeros((panel.series, 1))
    return np.where(panel.lengths > 0, panel.values[:, -1], 0.0)[:, None].astype(np.float64)


def settled(made: Reals, panel: Panel) -> Floats:
    """The forecasts as float32, none of them unknown, endless or far outside of what the series has ever been.

    The bounds are the range of the history, widened on both sides by `REACH` times itself for a forecast of no steps,
    and by as much again for each length of the history that it looks ahead.
    """
    if not panel.steps or not panel.series:
        return np.zeros(made.shape, np.float32)
    known = np.arange(panel.steps) >= panel.starts[:, None]
    least = np.where(known, panel.values, np.inf).min(axis=1, keepdims=True).astype(np.float64)
    most = np.where(known, panel.values, -np.inf).max(axis=1, keepdims=True).astype(np.float64)
    ahead = np.arange(1, made.shape[1] + 1) / np.maximum(panel.lengths, 1)[:, None]
    empty = panel.lengths[:, None] == 0
    room = np.where(empty, 0.0, most - least) * REACH * (1 + ahead)
    sane = np.where(np.isfinite(made), made, last_values(panel))
    bounded = np.clip(sane, np.where(empty, 0.0, least) - room, np.where(empty, 0.0, most) + room)
    limit = float(np.finfo(np.float32).max)
    return np.clip(bounded, -limit, limit).astype(np.float32)


def _portions(panel: Panel, least_steps: int, width: int) -> Iterator[Integers]:
    rows = np.flatnonzero(panel.lengths >= max(least_steps, 1))
    ordered = rows[np.argsort(-panel.lengths[rows], kind="stable")]
    return (ordered[start : start + width] for start in range(0, len(ordered), width))
