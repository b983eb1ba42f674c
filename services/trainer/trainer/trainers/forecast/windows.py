"""Where the recent past of a series is cut out as a window and described by numbers of no unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.panel import Floats, Integers

CHANGE, LEVEL = "boosted_change", "boosted_level"
LAGS = 12
MEANS = (2, 3, 4, 6, 8, 13)
SPREADS = (4, 8)
SLOPES = (4, 8, 13, 26)
LEAST_WIDTH = 48
LEAST_UNIT = 0.001
SHORT = 12
"""Lengths are told apart up to here only: beyond, the length is a clock, and trees know nothing of times to come."""
NOTHING = np.float32(1e-9)
"""The unit of a past that is all zero: whatever is forecast for it comes to nothing."""


@dataclass(frozen=True)
class View:
    """How a past is looked at: in changes from its last value (CHANGE), or at its level from zero (LEVEL).

    `seasons`: the seasons whose values are looked up, the main one first; none is longer than `width` // 2.
    `width`: how many steps back is looked.
    """

    target: str
    seasons: tuple[int, ...]
    width: int


@dataclass(frozen=True)
class Window:
    """Pasts (windows, width), NaN before a series' start, with where their targets count from and in which unit."""

    values: Floats
    start: Floats
    unit: Floats
    view: View

    def relative(self, values: Floats) -> Floats:
        """Values (windows, …) as multiples of the unit, counted from the start."""
        shape = (-1,) + (1,) * (values.ndim - 1)
        return (values - self.start.reshape(shape)) / self.unit.reshape(shape)


def window(values: Floats, view: View) -> Window:
    """The window of pasts whose newest value is in the last column."""
    recent = max(view.seasons[0], 8)
    last = values[:, -1]
    if view.target == CHANGE:
        unit = np.sqrt(_mean(np.diff(values[:, -3 * recent :], axis=1) ** 2))
        return Window(values, last, np.maximum(unit, LEAST_UNIT).astype(np.float32), view)
    level, whole = _mean(np.abs(values[:, -2 * recent :])), _mean(np.abs(values))
    return Window(values, np.zeros_like(last), np.maximum(np.where(level > 0, level, whole), NOTHING), view)


def described(past: Window) -> Floats:
    """What is said of each window whatever is asked of it, (windows, features)."""
    return np.column_stack(list(_descriptions(past))).astype(np.float32)


def ahead(past: Window, steps: Integers) -> Floats:
    """What is said of a window for the step asked for, one of each window: (windows, features)."""
    return np.column_stack([steps, *_seasonal(past, steps)]).astype(np.float32)


def _descriptions(past: Window) -> Iterator[NDArray[np.floating]]:
    values, width = past.values, past.values.shape[1]
    first = 1 if past.view.target == CHANGE else 0
    yield from (past.relative(values[:, -1 - lag]) for lag in range(first, LAGS))
    for steps in _lengths((*MEANS, *past.view.seasons, 2 * past.view.seasons[0], width), width):
        yield past.relative(_mean(values[:, -steps:]))
    for steps in _lengths((*SPREADS, past.view.seasons[0], 2 * past.view.seasons[0]), width):
        yield _spread(values[:, -steps:]) / past.unit
    for steps in SLOPES:
        centred = np.arange(steps, dtype=np.float32) - (steps - 1) / 2
        yield values[:, -steps:] @ centred / (centred @ centred) / past.unit
    yield from ((values[:, -1] - values[:, -1 - season]) / past.unit for season in past.view.seasons if season > 1)
    yield from _manner(past)


def _manner(past: Window) -> Iterator[NDArray[np.floating]]:
    """How large, long and often zero a past is."""
    values, recent = past.values, max(past.view.seasons[0], 8)
    known = np.isfinite(values)
    sold = known & (values != 0)
    yield np.log(np.maximum(np.abs(_mean(values[:, -recent:])), 1e-6) / past.unit)
    yield np.minimum(known.sum(axis=1, dtype=np.float32), SHORT)
    yield _mean(np.where(known, values == 0, np.nan).astype(np.float32))
    yield np.where(sold.any(axis=1), sold[:, ::-1].argmax(axis=1), values.shape[1]).astype(np.float32)


def _seasonal(past: Window, steps: Integers) -> Iterator[NDArray[np.floating]]:
    """The values one and two seasons before the step asked for, and by how much they differ from the one before."""
    values, rows, last = past.values, np.arange(len(steps)), past.values.shape[1] - 1
    for place, season in enumerate(past.view.seasons):
        if season == 1:
            continue
        for back in (1, 2) if place == 0 else (1,):
            column = last + steps - season * ((steps + season - 1) // season + back - 1)
            then, before = values[rows, column], values[:, last - season * back]
            around = (values[rows, np.maximum(column - 1, 0)] + then + values[rows, np.minimum(column + 1, last)]) / 3
            yield past.relative(then)
            yield (then - before) / past.unit
            yield (around - before) / past.unit


def _lengths(steps: Sequence[int], width: int) -> list[int]:
    return sorted({each for each in steps if 1 < each <= width})


def _mean(values: Floats) -> Floats:
    """The mean over what is known of each row; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=1, dtype=np.float32)
    total = np.where(known, values, 0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _spread(values: Floats) -> Floats:
    return np.sqrt(_mean((values - _mean(values)[:, None]) ** 2))
