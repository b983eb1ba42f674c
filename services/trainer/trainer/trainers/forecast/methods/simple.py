"""Where series are forecast by what they were: the last value, the last season, averages, the straight line, nothing.

Hyndman and Athanasopoulos (2021), Forecasting: principles and practice, 3rd ed., section 5.2.
"""

import numpy as np

from trainer.trainers.forecast.methods.batch import last_values, settled
from trainer.trainers.forecast.methods.panel import Floats, Panel, newest

WINDOW = 8
"""Steps that an average looks back on where there is no season."""

SEASONS = 3
"""Seasons that a seasonal average looks back on."""


def zero(panel: Panel, horizon: int) -> Floats:
    """Nothing: what to expect of a thing no longer sold."""
    return np.zeros((panel.series, horizon), np.float32)


def naive(panel: Panel, horizon: int) -> Floats:
    """The last value."""
    return settled(np.repeat(last_values(panel), horizon, axis=1), panel)


def seasonal_naive(panel: Panel, horizon: int) -> Floats:
    """The value one season before; the last value where the series does not reach that far back."""
    columns = panel.steps - panel.season + np.arange(horizon) % panel.season
    reached = columns >= panel.starts[:, None]
    made = panel.values[:, np.maximum(columns, 0)] if panel.steps else np.zeros((panel.series, horizon))
    return settled(np.where(reached, made, last_values(panel)), panel)


def drift(panel: Panel, horizon: int) -> Floats:
    """The straight line through the first and the last value."""
    last = last_values(panel)
    rows = np.flatnonzero(panel.lengths > 1)
    slope = np.zeros(panel.series)
    slope[rows] = (last[rows, 0] - panel.values[rows, panel.starts[rows]]) / (panel.lengths[rows] - 1)
    return settled(last + slope[:, None] * np.arange(1, horizon + 1), panel)


def average(panel: Panel, horizon: int) -> Floats:
    """The mean of all values."""
    return settled(np.repeat(_mean(panel), horizon, axis=1), panel)


def window_average(panel: Panel, horizon: int) -> Floats:
    """The mean of the last season, or of the last `WINDOW` steps where there is none."""
    recent = newest(panel, panel.season if panel.season > 1 else WINDOW)
    return settled(np.repeat(_mean(recent), horizon, axis=1), panel)


def seasonal_average(panel: Panel, horizon: int) -> Floats:
    """The mean of the values one to `SEASONS` seasons before, as far as there are any; else the last value."""
    total = np.zeros((panel.series, horizon))
    count = np.zeros((panel.series, horizon))
    for season in range(1, SEASONS + 1):
        columns = panel.steps - season * panel.season + np.arange(horizon) % panel.season
        reached = columns >= panel.starts[:, None]
        found = panel.values[:, np.maximum(columns, 0)] if panel.steps else total
        total += np.where(reached, found, 0.0)
        count += reached
    return settled(np.where(count > 0, total / np.maximum(count, 1), last_values(panel)), panel)


def _mean(panel: Panel) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    known = np.arange(panel.steps) >= panel.starts[:, None]
    total = np.where(known, panel.values, 0.0).sum(axis=1, dtype=np.float64)
    return (total / np.maximum(panel.lengths, 1))[:, None]
