"""Where rows are put on a grid of series and steps, repeated ones are added up, and gaps are counted and filled."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.kind import UnfitTrainingRows

Numbers = NDArray[np.float64]
MOST_CELLS = 150_000_000
ZEROS_WRITTEN = 0.01
GAPS = 0.02
NEARLY_ALL = 0.98


@dataclass(frozen=True)
class Grid:
    """Series by steps, right-aligned: the last column of a series is the step `ends`.

    `names`: sorted. `values`: (series, steps), NaN where there is no row. `repeated`: rows that met another on their
    cell. `cut`: rows older than the newest `max_history` steps.
    """

    names: list[str]
    values: Numbers
    ends: Integers
    frequency: Frequency
    repeated: int = 0
    cut: int = 0

    @property
    def present(self) -> Flags:
        """Which cells have a value."""
        return np.isfinite(self.values)

    @property
    def lengths(self) -> Integers:
        """How many steps each series has from its first value to its end; 0 where it has no value."""
        present = self.present
        return np.where(present.any(axis=1), self.values.shape[1] - present.argmax(axis=1), 0)

    @property
    def ordinals(self) -> Integers:
        """The step of every cell, (series, steps)."""
        return self.ends[:, None] + np.arange(1 - self.values.shape[1], 1)


def gridded(rows: pl.DataFrame, frequency: Frequency, parameters: ForecastParameters) -> Grid:
    """The grid of rows with series, parsed date and value. Raises `UnfitTrainingRows` if it would be far too large."""
    names = rows["series"].unique().sort()
    if names.len() > parameters.max_series:
        raise UnfitTrainingRows(
            f"The data has {names.len()} series; at most {parameters.max_series} are trained at once."
        )
    codes = rows["series"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    ordinals = frequency.ordinals(rows["date"])
    ends = np.full(names.len(), np.iinfo(np.int64).min)
    np.maximum.at(ends, codes, ordinals)
    back = ends[codes] - ordinals
    width = int(min(back.max() + 1, parameters.max_history))
    _require_moderate(names, back, codes, width)
    kept = back < width
    cells = (codes * width + width - 1 - back)[kept]
    values, counts = _gathered(cells, rows["value"].to_numpy()[kept], (names.len(), width), parameters.duplicates)
    repeated = int(np.maximum(counts - 1, 0).sum())
    return Grid(names.to_list(), values, ends, frequency, repeated, int((~kept).sum()))


def without_far(rows: pl.DataFrame, frequency: Frequency, parameters: ForecastParameters) -> tuple[pl.DataFrame, int]:
    """The rows without the few whose date is so far after most others that it must be wrong, and how many those are."""
    ordinals = frequency.ordinals(rows["date"])
    near = ordinals <= np.median(ordinals) + parameters.max_history
    if near.all() or near.mean() < NEARLY_ALL:
        return rows, 0
    return rows.filter(pl.Series(near)), int((~near).sum())


def _gathered(cells: Integers, values: Numbers, shape: tuple[int, int], how: str) -> tuple[Numbers, Integers]:
    counts = np.bincount(cells, minlength=shape[0] * shape[1])
    if how == "last" or counts.max() == 1:
        gathered = np.full(counts.size, np.nan)
        gathered[cells] = values
    else:
        gathered = np.bincount(cells, weights=values, minlength=counts.size)
        gathered /= np.where(how == "mean", np.maximum(counts, 1), 1)
        gathered[counts == 0] = np.nan
    return gathered.reshape(shape), counts


def _require_moderate(names: pl.Series, back: Integers, codes: Integers, width: int) -> None:
    if names.len() * width > MOST_CELLS:
        longest = names[int(codes[back.argmax()])]
        raise UnfitTrainingRows(
            f"{names.len()} series of up to {width} steps are too many to forecast at once; series '{longest}' alone "
            "spans the most. Look for a wrong date, or lower the parameter 'max_history'."
        )


def zeros_unwritten(grid: Grid) -> bool:
    """Whether a missing date most likely means zero: there are gaps, nothing is negative, and zeros never occur."""
    values, present = grid.values, grid.present
    inside = np.arange(values.shape[1]) >= values.shape[1] - grid.lengths[:, None]
    gaps = 1 - present.sum() / max(1, inside.sum())
    zeros = (values == 0).sum() / max(1, present.sum())
    return bool(gaps > GAPS and zeros < ZEROS_WRITTEN * gaps and np.nanmin(values) >= 0)


def with_zeros(grid: Grid) -> Grid:
    """The grid with zeros in the gaps, and behind each series' last value up to the newest step of all."""
    newest = int(grid.ends.max())
    shift = np.minimum(newest - grid.ends, grid.values.shape[1])
    columns = np.arange(grid.values.shape[1]) + shift[:, None]
    reached = columns < grid.values.shape[1]
    moved = np.where(reached, np.take_along_axis(grid.values, np.minimum(columns, columns.shape[1] - 1), axis=1), 0.0)
    started = np.logical_or.accumulate(np.isfinite(moved), axis=1)
    values = np.where(started & ~np.isfinite(moved), 0.0, moved)
    return replace(grid, values=values, ends=np.full_like(grid.ends, newest))


def interpolated(values: Numbers) -> Numbers:
    """Values (series, steps) with straight lines across the gaps inside of each series."""
    known = np.isfinite(values)
    steps = np.arange(values.shape[1])
    rows = np.flatnonzero((~known & (steps > known.argmax(axis=1)[:, None])).any(axis=1) & known.any(axis=1))
    filled = values.copy()
    for row in rows:
        places = np.flatnonzero(known[row])
        inside = steps[places[0] :]
        filled[row, places[0] :] = np.interp(inside, places, values[row, places])
    return filled


def carried(values: Numbers) -> Numbers:
    """Values (series, steps) with the last known one in the gaps."""
    known = np.isfinite(values)
    places = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), 0), axis=1)
    return np.take_along_axis(values, places, axis=1)
