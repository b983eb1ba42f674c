"""Where the series of the forecasting benchmark come from: the competitions' files, earlier parts of them, a generator.

The files lie outside the repository: RATCHET_DATA names their folder, else `../shared/data` is looked at.
"""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Reals = NDArray[np.float64]
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 (dates of shops have no zone)
FIRST_STEP = 1_000_000
FOLDER = Path(os.environ.get("RATCHET_DATA", "../shared/data"))


@dataclass(frozen=True)
class Collection:
    """Series that all end at the same step: their histories, oldest value first, and what came then.

    `actual`: (series, horizon). `season`: steps. `frequency`: as the kind names it. `dated` series are given with real
    dates, from which both are to be found; others with whole numbers.
    """

    name: str
    frequency: str
    season: int
    histories: tuple[Reals, ...]
    actual: Reals
    dated: bool = False

    @property
    def horizon(self) -> int:
        """How many steps are forecast."""
        return self.actual.shape[1]

    @property
    def rows(self) -> pl.DataFrame:
        """The rows that a kind is given, with the column `split`."""
        return pl.concat(
            [self._rows(self.histories, 0, "train"), self._rows(tuple(self.actual), self.horizon, "holdout")]
        )

    def _rows(self, values: tuple[Reals, ...], after: int, side: str) -> pl.DataFrame:
        lengths = [len(each) for each in values]
        numbers = np.repeat(np.arange(len(values)), lengths)
        steps = pl.Series(np.concatenate([np.arange(after - length, after) for length in lengths]).astype(np.int64))
        named = pl.Series(numbers).cast(pl.String).str.zfill(6)
        dates = _dates(steps, self.frequency) if self.dated else steps + FIRST_STEP
        columns = {"series": named, "date": dates, "value": np.concatenate(values)}
        return pl.DataFrame(columns).with_columns(split=pl.lit(side))

    def earlier(self, steps: int, least: int) -> "Collection":
        """Hold out the `horizon` steps before the newest `steps`, of series with `least` values before them."""
        enough = (each for each in self.histories if len(each) >= steps + self.horizon + least)
        cut = [history[: len(history) - steps] for history in enough]
        actual = np.array([history[-self.horizon :] for history in cut])
        histories = tuple(history[: -self.horizon] for history in cut)
        return replace(
            self, name=f"{self.name}, {steps + self.horizon} steps earlier", histories=histories, actual=actual
        )

    def part(self, every: int) -> "Collection":
        """One in `every` series."""
        return replace(self, histories=self.histories[::every], actual=self.actual[::every])


def m4_weekly() -> Collection | None:
    """The weekly series of the M4 competition, or None without the files."""
    return _read("M4 weekly", "m4/Weekly", ("weekly", 52))


def m3_quarterly() -> Collection | None:
    """The quarterly series of the M3 competition, or None without the files."""
    return _read("M3 quarterly", "m3/QUARTERLY", ("quarterly", 4))


def car_parts() -> Collection | None:
    """The monthly sales of spare parts, mostly zero, or None without the files."""
    return _read("car parts", "carparts/carparts", ("monthly", 12))


def _dates(steps: pl.Series, frequency: str) -> pl.Series:
    """The dates of steps, of which number 0 is the first one to be forecast."""
    if frequency == "monthly":
        months = (steps + 12 * 2026).to_frame("month")
        return months.select(pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1)).to_series()
    hours = {"hourly": 1, "daily": 24, "weekly": 24 * 7}[frequency]
    moments = (pl.Series([MONDAY]).dt.timestamp("ms")[0] + steps * hours * 3_600_000).cast(pl.Datetime("ms"))
    return moments if frequency == "hourly" else moments.cast(pl.Date)


def _read(name: str, files: str, rhythm: tuple[str, int]) -> Collection | None:
    train, test = (FOLDER / f"{files}-{side}.parquet" for side in ("train", "test"))
    if not (train.exists() and test.exists()):
        return None
    histories, actual = (_series(pl.read_parquet(file)) for file in (train, test))
    return Collection(f"{name} ({len(histories)})", *rhythm, tuple(histories), np.array(actual))


def _series(rows: pl.DataFrame) -> list[Reals]:
    grouped = rows.sort("unique_id", "ds").group_by("unique_id", maintain_order=True).agg("y")
    return [each.to_numpy().astype(np.float64) for each in grouped["y"]]
