"""Where covariates that change with the date are kept, so that they can be looked up for any series and step."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.covariates import coded, further, static_columns
from trainer.trainers.forecast.grid import Grid
from trainer.trainers.forecast.methods.panel import Flags, Integers

MOST_COLUMNS = 12
MOSTLY = 0.5
MOST_CELLS = 60_000_000


@dataclass(frozen=True)
class Dated:
    """Covariates of dates: `numbers` (covariates, series, steps), NaN where not known; `firsts`: the first step.

    `known_ahead` says which of them are known of the future, so that they may be looked up for the step asked for;
    of the others only what was last known counts.
    """

    names: list[str]
    numbers: NDArray[np.float32]
    firsts: Integers
    known_ahead: Flags

    def at(self, rows: Integers, ends: Integers, steps: Integers) -> NDArray[np.float32]:
        """What is known of series at their ends, and of so many steps later, (rows, features)."""
        last = self._at(rows, ends)
        then = self._at(rows, ends + steps)[:, self.known_ahead]
        return np.concatenate([last, then], axis=1)

    def part(self, rows: Integers) -> "Dated":
        """The covariates of some series."""
        return replace(self, numbers=self.numbers[:, rows], firsts=self.firsts[rows]) if self.names else self

    def _at(self, rows: Integers, ordinals: Integers) -> NDArray[np.float32]:
        if not self.names:
            return np.empty((len(rows), 0), np.float32)
        columns = ordinals - self.firsts[rows]
        inside = (columns >= 0) & (columns < self.numbers.shape[2])
        found = self.numbers[:, rows, np.clip(columns, 0, self.numbers.shape[2] - 1)]
        return np.where(inside, found, np.nan).T


def none() -> Dated:
    """No covariates of dates."""
    return Dated([], np.empty((0, 0, 0), np.float32), np.empty(0, np.int64), np.empty(0, np.bool_))


def dated_of(rows: pl.DataFrame, grid: Grid, horizon: int) -> Dated:
    """The covariates of dates in rows, those of the future (without a value) included."""
    columns = further(rows)
    static = static_columns(rows, columns)
    changing = [(column, coded(rows[column])) for column in columns if column not in static]
    used = [(column, found[0]) for column, found in changing if found is not None][:MOST_COLUMNS]
    width = grid.values.shape[1] + horizon
    if not used or len(used) * width * len(grid.names) > MOST_CELLS:
        return none()
    series = rows["series"].replace_strict(grid.names, range(len(grid.names)), default=-1, return_dtype=pl.Int64)
    firsts = grid.ends + 1 - grid.values.shape[1]
    places = series.to_numpy()
    steps = grid.frequency.ordinals(rows["date"]) - firsts[places]
    kept = (places >= 0) & (steps >= 0) & (steps < width)
    numbers = np.full((len(used), len(grid.names), width), np.nan, np.float32)
    for place, (_, values) in enumerate(used):
        numbers[place, places[kept], steps[kept]] = values[kept]
    ahead = np.isfinite(numbers[:, :, grid.values.shape[1] :]).mean(axis=(1, 2)) >= MOSTLY
    return Dated([column for column, _ in used], numbers, firsts, ahead)
