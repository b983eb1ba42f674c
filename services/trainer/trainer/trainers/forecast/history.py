"""Where gridded series become the history that methods look at: without gaps, of moderate size, newest last."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.forecast.dated import Dated
from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.grid import Grid, Numbers, carried, interpolated
from trainer.trainers.forecast.methods.panel import Flags, Floats, Integers, Panel, chosen, earlier

LONG_SEASON = 24
RECENT_SEASONS, LEAST_RECENT, QUIET = 3, 8, 0.5


@dataclass(frozen=True)
class History:
    """Series as methods see them, in the order of `names`.

    `panel`: the values divided by `sizes`, gaps filled. `sizes`: float64 (series,), a series' mean absolute value, 1 if
    that is 0. `observed`: (series, steps), the cells that were not filled. `ends`: the step of the last column.
    `features`: (series, features) numbers that describe series; `categorical` says which of them only name something.
    `dated`: covariates of dates.
    """

    names: list[str]
    panel: Panel
    sizes: Numbers
    observed: Flags
    ends: Integers
    frequency: Frequency
    features: Numbers
    categorical: tuple[bool, ...]
    dated: Dated


@dataclass(frozen=True)
class Scales:
    """What errors of each series are measured by, (series,), in the unit of its values; never 0.

    `squared`: root mean squared change from one step to the next (Makridakis et al. 2022, The M5 competition).
    `absolute`: mean absolute change over a season of up to 24 steps, over one step where it is longer (Hyndman and
    Koehler 2006, Another look at measures of forecast accuracy).
    """

    squared: Numbers
    absolute: Numbers


def as_it_was(history: History, steps: int) -> History:
    """The history without the newest steps."""
    kept = max(history.panel.steps - steps, 0)
    return replace(
        history,
        panel=earlier(history.panel, steps),
        observed=history.observed[:, :kept],
        ends=history.ends - steps,
    )


def part(history: History, rows: Integers) -> History:
    """The history of some series."""
    panel = chosen(history.panel, rows)
    return replace(
        history,
        names=[history.names[row] for row in rows],
        panel=panel,
        sizes=history.sizes[rows],
        observed=history.observed[rows, history.panel.steps - panel.steps :],
        ends=history.ends[rows],
        features=history.features[rows],
        dated=history.dated.part(rows),
    )


def without_newest(values: Numbers, steps: Integers) -> Numbers:
    """Values (series, steps) without the newest few of each series, right-aligned again."""
    columns = np.arange(values.shape[1]) - steps[:, None]
    moved = np.take_along_axis(values, np.maximum(columns, 0), axis=1)
    return np.where(columns >= 0, moved, np.nan)


def filled(grid: Grid, missing: str) -> Numbers:
    """The values of a grid without gaps inside of series."""
    return carried(grid.values) if missing == "last" else interpolated(grid.values)


def sizes_of(values: Numbers) -> Numbers:
    """The mean absolute value of each series; 1 where it is 0 or not known."""
    count = np.isfinite(values).sum(axis=1)
    mean = np.nansum(np.abs(values), axis=1) / np.maximum(count, 1)
    return np.where(mean > 0, mean, 1.0)


def panel_of_values(values: Numbers, sizes: Numbers, season: int) -> Panel:
    """The panel of values without gaps, divided by the sizes of their series."""
    known = np.isfinite(values)
    starts = np.where(known.any(axis=1), known.argmax(axis=1), values.shape[1])
    return Panel((values / sizes[:, None]).astype(np.float32), starts.astype(np.int64), season)


def unit_of(panel: Panel) -> Floats:
    """How much each series lately changed from step to step, root mean squared, (series,), in the panel's unit.

    It is at least a part of how much it ever did, so that a quiet spell does not pass for certainty; 1 where a series
    was never anything but 0, of which nothing is known.
    """
    changes = np.diff(panel.values, axis=1) ** 2
    lately = _mean(changes[:, -RECENT_SEASONS * max(panel.season, LEAST_RECENT) :])
    unit = np.sqrt(np.maximum(lately, QUIET**2 * _mean(changes)))
    return np.where((np.nan_to_num(panel.values) != 0).any(axis=1), unit, 1.0).astype(np.float32)


def changes_of(panel: Panel) -> Floats:
    """How much each series changes from step to step, root mean squared, (series,); its size where it never does."""
    changes = np.sqrt(_mean(np.diff(panel.values, axis=1) ** 2))
    return np.where(changes > 0, changes, 1.0).astype(np.float32)


def scales_of(values: Numbers, season: int) -> Scales:
    """The scales of values (series, steps) with NaN where nothing is known; of constant series their size."""
    lag = season if season <= LONG_SEASON else 1
    steps, seasons = _changes(values, 1), _changes(values, lag)
    sizes = sizes_of(values)
    squared = np.sqrt(_mean(steps**2))
    absolute = _mean(np.abs(seasons))
    absolute = np.where(absolute > 0, absolute, _mean(np.abs(steps)))
    return Scales(np.where(squared > 0, squared, sizes), np.where(absolute > 0, absolute, sizes))


def _changes(values: Numbers, lag: int) -> Numbers:
    return values[:, lag:] - values[:, :-lag]


def _mean(values: NDArray[np.floating]) -> Numbers:
    count = np.isfinite(values).sum(axis=1)
    return np.nansum(values, axis=1) / np.maximum(count, 1)
