"""Where tests of forecasts get series from."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.trainer.trainers.rows import Remembered
from trainer.trainers.forecast import kind
from trainer.trainers.kind import Snapshot, Trained, Workshop

Made = Callable[[int], NDArray[np.float64]]
FIRST = datetime(2023, 1, 2)  # noqa: DTZ001 (dates of uploads have no zone)


def waves(steps: int, season: int, *, seed: int = 0) -> Made:
    """Make series with a season and a little noise, each on its own level."""
    random = np.random.default_rng(seed)
    time = np.arange(steps)

    def one(number: int) -> NDArray[np.float64]:
        level = 20.0 * (number + 1)
        return level + level / 4 * np.sin(2 * np.pi * time / season) + random.normal(0, level / 20, steps)

    return one


def demand(steps: int, *, seed: int = 0) -> Made:
    """Make series that are mostly zero."""
    random = np.random.default_rng(seed)
    return lambda number: np.where(random.random(steps) < 0.25, random.poisson(3 + number % 4, steps), 0).astype(float)


def table(count: int, steps: int, every: str, made: Made, prefix: str = "S") -> pl.DataFrame:
    """Rows of so many series with dates so far apart."""
    moments = pl.datetime_range(FIRST, datetime(2100, 1, 1), every, eager=True)[:steps]  # noqa: DTZ001
    dates = moments if every.endswith(("h", "m")) else moments.cast(pl.Date)
    parts = [
        pl.DataFrame({"series": [f"{prefix}{number:02}"] * steps, "date": dates, "value": made(number)})
        for number in range(count)
    ]
    return pl.concat(parts)


def weekly(count: int = 12, steps: int = 120) -> pl.DataFrame:
    return table(count, steps, "1w", waves(steps, 13))


def train(rows: pl.DataFrame, **chosen: object) -> tuple[Snapshot, Trained]:
    parameters = kind.parameters.model_validate(chosen)
    snapshot = kind.split(rows, parameters, "hash")
    return snapshot, kind.train(snapshot, parameters, Workshop(Remembered()))


@cache
def trained() -> tuple[Snapshot, Trained]:
    return train(weekly(), season_length=13)


LAST = date(2025, 4, 14)
"""The newest week of `weekly()`."""
