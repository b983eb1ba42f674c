"""Where the frames of a snapshot become the histories that are learnt from, before and after the holdout."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trainer.trainers.forecast import covariates, dated, finding, fitness, grid, history
from trainer.trainers.forecast.covariates import Describing
from trainer.trainers.forecast.grid import Grid
from trainer.trainers.forecast.history import History, Scales
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.rows import Readable, read
from trainer.trainers.forecast.season import season_length
from trainer.trainers.kind import Snapshot, UnfitTrainingRows


@dataclass(frozen=True)
class Past:
    """All that is known of the series: `known` before their holdout, `whole` with it.

    `held`: (series,), how many steps of each are in the holdout. `scales`: of `known`. `horizon`: steps to forecast.
    `non_negative`: whether forecasts are kept from falling below 0.
    """

    grid: Grid
    known: History
    whole: History
    held: Integers
    scales: Scales
    horizon: int
    non_negative: bool
    described: Describing

    @property
    def steps(self) -> int:
        """How many steps are forecast, so that neither the horizon nor the holdout is left out."""
        return max(self.horizon, int(self.held.max(initial=0)))


def restored(snapshot: Snapshot, parameters: ForecastParameters) -> Past:
    """The past that a snapshot holds. Raises `UnfitTrainingRows` if one side of it is empty."""
    readable = _both_sides(snapshot, parameters)
    frequency = finding.found(readable.rows, parameters.frequency)
    gridded = grid.gridded(readable.rows, frequency, parameters)
    held = _held(gridded, snapshot.holdout, parameters)
    horizon = parameters.horizon or int(held.max(initial=0)) or fitness.horizon(gridded, parameters)
    described = covariates.describing(readable.rows, gridded.names)
    whole = _whole(gridded, held, described, parameters)
    every = pl.concat([readable.rows, readable.future], how="diagonal_relaxed")
    whole = replace(whole, dated=dated.dated_of(every, gridded, horizon))
    earlier = history.without_newest(history.filled(gridded, parameters.missing), held)
    known = replace(
        whole,
        panel=history.panel_of_values(earlier, whole.sizes, whole.panel.season),
        observed=np.isfinite(history.without_newest(gridded.values, held)),
        ends=gridded.ends - held,
    )
    asked, least = parameters.non_negative, float(np.nanmin(earlier, initial=0.0))
    scales = history.scales_of(earlier, whole.panel.season)
    return Past(gridded, known, whole, held, scales, horizon, least >= 0 if asked is None else asked, described)


def _both_sides(snapshot: Snapshot, parameters: ForecastParameters) -> Readable:
    if snapshot.train.is_empty() or snapshot.holdout.is_empty():
        side = "learn from" if snapshot.train.is_empty() else "measure on"
        raise UnfitTrainingRows(f"There are no rows to {side} ({snapshot.rule}).")
    columns = [name for name in snapshot.train.columns if name != "split"]
    there = [name for name in columns if name in snapshot.holdout.columns]
    both = [snapshot.train.select(columns), snapshot.holdout.select(there)]
    return read(pl.concat(both, how="diagonal_relaxed"), parameters)


def _whole(gridded: Grid, held: Integers, described: Describing, parameters: ForecastParameters) -> History:
    """All of the history; its season and the sizes of its series are those before the holdout."""
    values = history.filled(gridded, parameters.missing)
    earlier = history.without_newest(values, held)
    season = season_length(earlier, gridded.frequency, parameters)
    sizes = history.sizes_of(earlier)
    return History(
        gridded.names,
        history.panel_of_values(values, sizes, season),
        sizes,
        np.isfinite(gridded.values),
        gridded.ends,
        gridded.frequency,
        described.numbers,
        described.categorical,
        dated.none(),
    )


def _held(gridded: Grid, holdout: pl.DataFrame, parameters: ForecastParameters) -> Integers:
    """From the first row of each series' holdout on."""
    rows = read(holdout.select("series", "date", "value"), parameters).rows
    first = rows.group_by("series").agg(pl.col("date").min()).sort("series")
    places = np.searchsorted(gridded.names, first["series"].to_list())
    held = np.zeros(len(gridded.names), np.int64)
    held[places] = gridded.ends[places] - gridded.frequency.ordinals(first["date"]) + 1
    return np.clip(held, 0, gridded.lengths)
