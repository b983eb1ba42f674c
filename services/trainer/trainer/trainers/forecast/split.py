"""Where the rows of a forecast are cleaned, put on their steps and divided into what is learnt from and measured on."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers.forecast import covariates, finding, fitness, grid, history
from trainer.trainers.forecast.grid import Grid, Numbers
from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.rows import Readable, read
from trainer.trainers.forecast.season import season_length
from trainer.trainers.kind import Snapshot, UnfitTrainingRows

NAIVE, SQUARED, ABSOLUTE = "_naive", "_squared_change", "_absolute_change"
"""Columns of a holdout: the seasonal naive forecast, and the scales of the series, all known before it begins."""


@dataclass(frozen=True)
class Held:
    """How many of the newest steps of each series are measured on, and the rule in words."""

    steps: Integers
    rule: str


def split(rows: pl.DataFrame, parameters: ForecastParameters, sha256: str) -> Snapshot:
    """Put rows into canonical form and divide them.

    A column `split` fixes the sides; else the last steps of each series that is long enough, as many as are to be
    forecast, are the holdout. Both sides have `series`, `date` (of the step), `value` and covariates, sorted, and one
    row a step; the holdout also has `_naive`, `_squared_change` and `_absolute_change`, by which it is judged, and
    which only the training side decides. Raises `UnfitTrainingRows`.
    """
    readable = read(rows, parameters)
    frequency = finding.found(readable.rows, parameters.frequency)
    kept, late = _sided(readable)
    kept, far = grid.without_far(kept, frequency, parameters)
    found = grid.gridded(kept, frequency, parameters)
    fitness.require_one_frequency(found)
    whole = _filled_up(found, parameters)
    held = _held(whole, kept, parameters)
    fitness.require_holdout(whole, held.steps)
    removed = {
        **readable.removed,
        "duplicates": whole.repeated,
        "too old": whole.cut,
        "after the holdout": late,
        "far off": far,
    }
    return Snapshot(*_frames(whole, held, readable, parameters), sha256, _rule(held, found, whole), removed)


def _rule(held: Held, found: Grid, whole: Grid) -> str:
    zeros = int(whole.present.sum() - found.present.sum())
    return f"{held.rule}; {zeros} steps without a row count as 0" if zeros else held.rule


def _sided(readable: Readable) -> tuple[pl.DataFrame, int]:
    """The rows with their side as `held`; rows to train on that lie behind their series' holdout are left out."""
    rows = readable.rows
    if "split" not in rows.columns:
        return rows, 0
    sides = rows["split"].cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
    strange = sides.filter(~sides.is_in(["train", "holdout"]))
    if strange.len():
        raise UnfitTrainingRows(
            f"The column 'split' may only hold 'train' and 'holdout', but one row has '{strange[0]}'."
        )
    marked = rows.with_columns((sides == "holdout").alias("held"))
    cut = pl.col("date").filter(pl.col("held")).min().over("series")
    kept = marked.filter(pl.col("held") | (pl.col("date") < cut).fill_null(value=True))
    return kept, marked.height - kept.height


def _filled_up(whole: Grid, parameters: ForecastParameters) -> Grid:
    zeros = parameters.missing == "zero" or (parameters.missing == "auto" and grid.zeros_unwritten(whole))
    return grid.with_zeros(whole) if zeros else whole


def _held(whole: Grid, kept: pl.DataFrame, parameters: ForecastParameters) -> Held:
    if "held" in kept.columns:
        first = kept.filter("held").group_by("series").agg(pl.col("date").min()).sort("series")
        places = np.searchsorted(whole.names, first["series"].to_list())
        steps = np.zeros(len(whole.names), np.int64)
        if first.height:
            steps[places] = whole.ends[places] - whole.frequency.ordinals(first["date"]) + 1
        return Held(np.minimum(steps, whole.lengths), "column 'split'")
    horizon = fitness.horizon(whole, parameters)
    fits = whole.lengths >= horizon + whole.frequency.habits.least
    rule = f"last {horizon} steps of each of {int(fits.sum())} series long enough, of {len(whole.names)}"
    return Held(np.where(fits, horizon, 0), rule)


def _frames(
    whole: Grid, held: Held, readable: Readable, parameters: ForecastParameters
) -> tuple[pl.DataFrame, pl.DataFrame]:
    columns = np.arange(whole.values.shape[1])
    is_held = columns >= whole.values.shape[1] - held.steps[:, None]
    learnt = whole.present & ~is_held
    untaught = ~learnt.any(axis=1)
    train = _frame(whole, learnt)
    measured = whole.present & is_held & ~untaught[:, None]
    holdout = _frame(whole, measured).with_columns(**_judged_by(whole, held, measured, parameters))
    return covariates.joined(train, holdout, readable, whole.frequency)


def _frame(whole: Grid, cells: Flags) -> pl.DataFrame:
    series, _ = np.nonzero(cells)
    return pl.DataFrame(
        {
            "series": pl.Series(whole.names, dtype=pl.String).gather(series),
            "date": whole.frequency.dates(whole.ordinals[cells]),
            "value": whole.values[cells],
        }
    )


def _judged_by(whole: Grid, held: Held, measured: Flags, parameters: ForecastParameters) -> dict[str, Numbers]:
    known = history.without_newest(whole.values, held.steps)
    season = season_length(known, whole.frequency, parameters)
    scales = history.scales_of(known, season)
    sizes = history.sizes_of(known)
    most = int(held.steps.max(initial=1))
    panel = history.panel_of_values(grid.interpolated(known), sizes, season)
    naive = METHODS["seasonal_naive"].forecast(panel, most) * sizes[:, None]
    series, columns = np.nonzero(measured)
    ahead = columns - (whole.values.shape[1] - held.steps[series])
    return {NAIVE: naive[series, ahead], SQUARED: scales.squared[series], ABSOLUTE: scales.absolute[series]}
