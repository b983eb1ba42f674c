"""Where forecasts are measured against what came: for every series, for parts of them, and in total."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.panel import Flags, Integers
from trainer.trainers.forecast.model import Model, load
from trainer.trainers.forecast.moments import parsed
from trainer.trainers.forecast.segments import INTERMITTENT, INTERMITTENT_SHARE, REGULAR
from trainer.trainers.forecast.split import ABSOLUTE, NAIVE, SQUARED
from trainer.trainers.kind import Evaluation

Numbers = NDArray[np.float64]
LEAST_COVERED = 0.5
LARGEST = 1e300


@dataclass(frozen=True)
class Answers:
    """A holdout and what was forecast for it, row by row; `forecast` and bounds are NaN where there is none.

    `series`: the place of each row's series in `names`, which are sorted. `squared`, `absolute`: what the errors of a
    row are scaled by. `naive`: the seasonal naive forecast, NaN if the holdout does not tell.
    """

    names: list[str]
    series: Integers
    actual: Numbers
    forecast: Numbers
    lower: Numbers
    upper: Numbers
    squared: Numbers
    absolute: Numbers
    naive: Numbers

    def of(self, chosen: Flags) -> "Answers":
        """Some rows, with the names of their series alone."""
        places, series = np.unique(self.series[chosen], return_inverse=True)
        numbers = (self.actual, self.forecast, self.lower, self.upper, self.squared, self.absolute, self.naive)
        return Answers([self.names[place] for place in places], series, *(each[chosen] for each in numbers))


def evaluate(artifact: bytes, holdout: pl.DataFrame) -> Evaluation:
    """Measure an artifact on rows with series, date and value; raises `UnreadableArtifact`.

    A row is forecast by the artifact's forecasts of its future or of its own holdout, whichever has the date. The loss
    of a series is its mean squared error divided by that of the changes from step to step before the holdout; NaN if
    fewer than half of its rows are forecast. Losses stand in alphabetical order of the series; the slices are regular
    and intermittent ones.
    """
    answers = ask(load(artifact), holdout)
    baseline = losses(answers, answers.naive)
    return Evaluation(
        measured(answers),
        losses(answers, answers.forecast).tolist(),
        unit="series",
        measure="squared scaled error",
        baseline=baseline.tolist() if np.isfinite(baseline).any() else None,
        baseline_name="seasonal naive forecasts",
        slices=_manners(answers),
    )


def _manners(answers: Answers) -> list[str]:
    """How often each series is zero in the holdout, in a word: what any two artifacts are asked alike."""
    zeros, _ = means_of_series(answers, (answers.actual == 0).astype(np.float64))
    return [f"{INTERMITTENT if share > INTERMITTENT_SHARE else REGULAR} series" for share in zeros]


def ask(model: Model, holdout: pl.DataFrame) -> Answers:
    """What a model says of every row of a holdout that has a series, a date and a value."""
    rows = holdout.with_columns(
        pl.col("series").cast(pl.String).str.strip_chars(),
        parsed(holdout["date"]).alias("date"),
        pl.col("value").cast(pl.Float64, strict=False),
    ).drop_nulls(["series", "date", "value"])
    names, series = np.unique(rows["series"].to_numpy().astype(str), return_inverse=True)
    places = np.array([model.places.get(name, -1) for name in names], np.int64)[series] if len(names) else series
    suits = (rows["date"].dtype == pl.Int64) == (model.frequency.unit == "step")
    ordinals = model.frequency.ordinals(rows["date"]) if suits else np.full(rows.height, np.iinfo(np.int64).min // 2)
    forecast, lower, upper = (each.astype(np.float64) for each in model.looked_up(places, ordinals))
    stored = [np.where(places >= 0, scale[places], np.nan) for scale in (model.squared, model.absolute)]
    squared, absolute, naive = (
        rows[name].cast(pl.Float64).to_numpy() if name in rows.columns else other
        for name, other in ((SQUARED, stored[0]), (ABSOLUTE, stored[1]), (NAIVE, np.full(rows.height, np.nan)))
    )
    actual = rows["value"].to_numpy()
    return Answers(names.tolist(), series, actual, forecast, lower, upper, squared, absolute, naive)


def losses(answers: Answers, forecast: Numbers) -> Numbers:
    """The mean squared scaled error of each series, NaN where fewer than half of its rows are forecast."""
    errors = ((forecast - answers.actual) / answers.squared) ** 2
    means, share = means_of_series(answers, np.minimum(errors, LARGEST))
    return np.where(share >= LEAST_COVERED, means, np.nan)


def means_of_series(answers: Answers, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The mean over each series' known numbers, NaN where there are none, and the share of them."""
    known = np.isfinite(numbers)
    count = np.bincount(answers.series[known], minlength=len(answers.names))
    total = np.bincount(answers.series[known], numbers[known], len(answers.names))
    every = np.bincount(answers.series, minlength=len(answers.names))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count / np.maximum(every, 1)


def measured(answers: Answers) -> dict[str, float]:
    """The metrics of a holdout, over those rows that were forecast; what cannot be measured is left out.

    `mae`, `bias` (forecast less actual), `mape`, `smape` (0 to 200) and `wape` are over rows: `mape` over the
    `mape_rows` whose value is not 0, both it and `smape` in per cent;
    `wape` is a share of the actual total, `bias_share` too.
    `rmse`, `mase` and `rmsse` are means over series, `rmse_rows` is over all rows. `coverage`: the share of rows within
    their bounds; `width`: how wide those are, as a share of the mean absolute value. `series`, `rows`: how many.
    """
    known = answers.of(np.isfinite(answers.forecast))
    if not known.names:
        return {"series": 0.0, "rows": 0.0}
    found = {
        **_of_rows(known),
        **_of_series(known),
        "series": float(len(known.names)),
        "rows": float(len(known.actual)),
    }
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _of_rows(known: Answers) -> dict[str, float]:
    errors, actual = known.forecast - known.actual, known.actual
    sold = actual != 0
    both = np.abs(actual) + np.abs(known.forecast)
    total = float(np.abs(actual).mean())
    inside = (actual >= known.lower) & (actual <= known.upper)
    return {
        "mae": float(np.abs(errors).mean()),
        "bias": float(errors.mean()),
        "rmse_rows": float(np.sqrt(np.mean(errors**2))),
        "smape": float(np.mean(np.where(both > 0, 200 * np.abs(errors) / np.where(both > 0, both, 1), 0))),
        "mape": float(100 * np.mean(np.abs(errors[sold] / actual[sold]))) if sold.any() else np.nan,
        "mape_rows": float(sold.sum()),
        "wape": float(np.abs(errors).mean() / total) if total else np.nan,
        "bias_share": float(errors.mean() / total) if total else np.nan,
        "coverage": float(inside.mean()),
        "width": float((known.upper - known.lower).mean() / total) if total else np.nan,
    }


def _of_series(known: Answers) -> dict[str, float]:
    errors = known.forecast - known.actual
    squares, _ = means_of_series(known, errors**2)
    scaled, _ = means_of_series(known, (errors / known.squared) ** 2)
    absolute, _ = means_of_series(known, np.abs(errors) / known.absolute)
    return {
        "rmse": float(np.sqrt(squares).mean()),
        "mase": float(np.nanmean(absolute)) if np.isfinite(absolute).any() else np.nan,
        "rmsse": float(np.nanmean(np.sqrt(scaled))) if np.isfinite(scaled).any() else np.nan,
    }
