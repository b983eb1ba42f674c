"""Where dates become consecutive whole numbers, one for each step of a frequency, and dates again."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.methods.panel import Integers

Unit = str
"""`step`, `second`, `day`, `business` or `month`: what a frequency counts in."""

MONTH_END = 31
EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True)
class Habits:
    """What is usual for a frequency: how many steps a season has, to forecast, and are the least to learn from."""

    season: int
    horizon: int
    least: int
    step: str


HABITS = {
    "step": Habits(1, 12, 8, "step"),
    "minutely": Habits(60, 60, 30, "minute"),
    "quarter-hourly": Habits(96, 96, 48, "quarter of an hour"),
    "half-hourly": Habits(48, 48, 48, "half hour"),
    "hourly": Habits(24, 48, 48, "hour"),
    "daily": Habits(7, 28, 14, "day"),
    "business-daily": Habits(5, 20, 10, "business day"),
    "weekly": Habits(52, 13, 8, "week"),
    "monthly": Habits(12, 12, 8, "month"),
    "quarterly": Habits(4, 8, 8, "quarter"),
    "yearly": Habits(1, 4, 5, "year"),
}
UNITS = {
    "step": ("step", 1), "minutely": ("second", 60), "quarter-hourly": ("second", 900), "half-hourly": ("second", 1800),
    "hourly": ("second", 3600), "daily": ("day", 1), "business-daily": ("business", 1), "weekly": ("day", 7),
    "monthly": ("month", 1), "quarterly": ("month", 3), "yearly": ("month", 12),
}  # fmt: skip


@dataclass(frozen=True)
class Frequency:
    """Steps of `size` `unit`s that begin at `anchor`, counted in units from 1970-01-01 or from 0.

    `day`: for months the day on which a step is dated, 31 for the last one.
    """

    name: str
    unit: Unit
    size: int
    anchor: int = 0
    day: int = 1

    @property
    def habits(self) -> Habits:
        """What is usual for this frequency."""
        return HABITS[self.name]

    def facts(self) -> dict[str, Any]:
        """What `Frequency(**facts)` is made from again."""
        return asdict(self)

    def ordinals(self, dates: pl.Series) -> Integers:
        """The step of each date, as `parsed` gives them, of the type that this frequency was found in."""
        return (units(dates, self.unit) - self.anchor) // self.size

    def dates(self, ordinals: Integers) -> pl.Series:
        """The dates on which steps begin (of months: on which they are dated), as Int64, Date or Datetime."""
        count = ordinals.astype(np.int64) * self.size + self.anchor
        if self.unit == "step":
            return pl.Series(count, dtype=pl.Int64)
        if self.unit == "second":
            return pl.Series(count * 1_000_000, dtype=pl.Int64).cast(pl.Datetime("us"))
        if self.unit == "month":
            return pl.Series(_days_of_months(count, self.day).astype(np.int32)).cast(pl.Date)
        days = np.busday_offset(EPOCH, count, "forward").astype(np.int64) if self.unit == "business" else count
        return pl.Series(days.astype(np.int32)).cast(pl.Date)

    def written(self, ordinals: Integers) -> list[str]:
        """The dates as text: ISO 8601, or whole numbers."""
        return written(self.dates(ordinals))


def written(dates: pl.Series) -> list[str]:
    """Dates as text: ISO 8601, or whole numbers."""
    if isinstance(dates.dtype, pl.Datetime):
        return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").to_list()
    return dates.cast(pl.String).to_list()


def units(dates: pl.Series, unit: Unit) -> Integers:
    """How many units each date is after 1970-01-01, or the step itself. Dates must not be null."""
    if unit == "step":
        return dates.cast(pl.Int64).to_numpy()
    if unit == "second":
        return dates.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy() // 1_000_000
    days = dates.cast(pl.Date).cast(pl.Int32).to_numpy()
    if unit == "month":
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if unit == "business":
        return _business_days(days)
    return days.astype(np.int64)


def _business_days(days: NDArray[np.int32]) -> Integers:
    """Business days since 1970-01-01, a Thursday; Saturday and Sunday belong to the Friday before."""
    since_monday = days.astype(np.int64) + 3
    return since_monday // 7 * 5 + np.minimum(since_monday % 7, 4) - 3


def _days_of_months(months: Integers, day: int) -> Integers:
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return np.minimum(first + day - 1, following - 1)
