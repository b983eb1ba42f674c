"""Where further columns of rows become features: of a series where they never change, otherwise of its dates."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.rows import NAMED, Readable

MOST_CATEGORIES = 200
MOST_COLUMNS = 50
OURS = ("held",)


@dataclass(frozen=True)
class Describing:
    """Features of series: numbers (series, features), NaN where not known, and which of them are only names."""

    names: list[str]
    numbers: NDArray[np.float64]
    categorical: tuple[bool, ...]
    unused: list[str]


def further(rows: pl.DataFrame) -> list[str]:
    """The columns that are no part of every forecast's rows, and not ours."""
    kept = [name for name in rows.columns if name not in (*NAMED, *OURS) and not name.startswith("_")]
    return kept[:MOST_COLUMNS]


def joined(
    train: pl.DataFrame, holdout: pl.DataFrame, readable: Readable, frequency: Frequency
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both sides with their covariates; what is known of the future is added to `train` as rows without a value."""
    columns = further(readable.rows)
    if not columns:
        return train, holdout
    every = pl.concat([readable.rows, readable.future], how="diagonal").select("series", "date", *columns)
    static = static_columns(every, columns)
    dated = [column for column in columns if column not in static]
    if static:
        of_series = every.group_by("series").agg(pl.col(static).drop_nulls().first())
        train, holdout = (side.join(of_series, "series", "left", maintain_order="left") for side in (train, holdout))
    if not dated:
        return train, holdout
    steps = every.select("series", frequency.dates(frequency.ordinals(every["date"])).alias("date"), *dated)
    of_dates = steps.group_by("series", "date").agg(pl.col(dated).drop_nulls().first())
    train, holdout = (
        side.join(of_dates, ["series", "date"], "left", maintain_order="left") for side in (train, holdout)
    )
    return _with_future(train, _to_come(readable, of_dates, frequency)), holdout


def _to_come(readable: Readable, of_dates: pl.DataFrame, frequency: Frequency) -> pl.DataFrame:
    """What is known of steps after the last value of their series."""
    steps = readable.rows.select("series", frequency.dates(frequency.ordinals(readable.rows["date"])).alias("date"))
    last = steps.group_by("series").agg(pl.col("date").max().alias("_last"))
    later = of_dates.join(last, "series", "inner").filter(pl.col("date") > pl.col("_last"))
    return later.drop("_last").sort("series", "date")


def static_columns(rows: pl.DataFrame, columns: list[str]) -> list[str]:
    """Those columns that never change within a series."""
    if not columns:
        return []
    counted = rows.group_by("series").agg(pl.col(columns).drop_nulls().n_unique())
    return [column for column in columns if (counted[column].max() or 0) <= 1]  # pyright: ignore[reportOperatorIssue]


def describing(rows: pl.DataFrame, names: list[str]) -> Describing:
    """The features of these series that their static columns hold; text becomes codes of its sorted values."""
    columns = static_columns(rows, further(rows))
    known = rows.group_by("series").agg(pl.col(columns).drop_nulls().first()) if columns else None
    ordered = pl.DataFrame({"series": names}, schema={"series": pl.String})
    table = ordered if known is None else ordered.join(known, "series", "left", maintain_order="left")
    used: dict[str, tuple[NDArray[np.float64], bool]] = {}
    for column in columns:
        found = coded(table[column])
        if found is not None:
            used[column] = found
    numbers = np.column_stack([each for each, _ in used.values()]) if used else np.empty((len(names), 0))
    unused = [column for column in columns if column not in used]
    return Describing(list(used), numbers, tuple(flag for _, flag in used.values()), unused)


def coded(values: pl.Series) -> tuple[NDArray[np.float64], bool] | None:
    """Numbers as they are, other values as codes; nothing where there are too few or too many different ones."""
    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64)
        return (numbers.fill_null(np.nan).to_numpy(), False) if numbers.n_unique() > 1 else None
    text = values.cast(pl.String)
    known = text.drop_nulls().unique().sort()
    if not 1 < known.len() <= MOST_CATEGORIES:
        return None
    codes = text.replace_strict(known, pl.Series(range(known.len()), dtype=pl.Float64), default=None)
    return codes.fill_null(np.nan).to_numpy(), True


def _with_future(train: pl.DataFrame, future: pl.DataFrame) -> pl.DataFrame:
    """The rows to learn from, and below them what is known of dates to come."""
    return pl.concat([train, future.join(train, "series", "semi")], how="diagonal_relaxed") if future.height else train
