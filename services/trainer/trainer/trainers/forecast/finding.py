"""Where it is found out how far apart the dates of series are."""

from typing import cast

import numpy as np
import polars as pl

from trainer.trainers.forecast.frequency import MONTH_END, UNITS, Frequency, units
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.kind import UnfitTrainingRows

LOOKED_AT = 2_000
"""The most series whose dates are looked at, those with the most rows."""

MOST = 0.9
TIMED = (("hourly", 3600), ("half-hourly", 1800), ("quarter-hourly", 900), ("minutely", 60))
LONG_DAYS = 60
DAY_SECONDS = 86_400
FEWEST_BUSINESS_DAYS = 10
FRIDAY = 4


def found(rows: pl.DataFrame, name: str | None) -> Frequency:
    """The frequency of rows with `series` and parsed dates in `date`, or the one called `name` as it fits to them.

    Raises `UnfitTrainingRows` where steps are asked to be months, or times of day are needed and there are none.
    """
    dates = rows["date"]
    if dates.dtype == pl.Int64:
        return _of_steps(rows, name or "step")
    chosen = name or _name(rows)
    unit, size = UNITS[chosen]
    if unit == "step":
        raise UnfitTrainingRows("The frequency 'step' needs whole numbers in the column 'date'; it holds dates.")
    return _anchored(dates.unique(), Frequency(chosen, unit, size))


def _of_steps(rows: pl.DataFrame, name: str) -> Frequency:
    """Whole numbers count steps of any frequency; where all are apart by 5, a step is 5."""
    apart = _differences(rows, "step")
    size = int(np.gcd.reduce(apart)) if apart.size else 1
    smallest = cast("int | None", rows["date"].min())
    size = max(1, size)
    return Frequency(name, "step", size, (smallest or 0) % size)


def _differences(rows: pl.DataFrame, unit: str) -> Integers:
    """How many units the neighbouring dates of each of the longest series are apart."""
    longest = rows.group_by("series").len().sort("len", "series", descending=[True, False]).head(LOOKED_AT)["series"]
    looked_at = rows.select("series", "date")
    if longest.len() == LOOKED_AT:
        looked_at = looked_at.filter(pl.col("series").is_in(longest.implode()))
    ordered = looked_at.unique().sort("series", "date")
    same = (ordered["series"] == ordered["series"].shift(1)).fill_null(value=False).to_numpy()[1:]
    return np.diff(units(ordered["date"], unit))[same]


def _name(rows: pl.DataFrame) -> str:
    if isinstance(rows["date"].dtype, pl.Datetime):
        return _timed(rows)
    apart = _differences(rows, "day")
    if not apart.size:
        return "daily"
    return _by_months(rows, apart) or _by_days(rows["date"], apart)


def _timed(rows: pl.DataFrame) -> str:
    """The longest steps that nearly all times are whole numbers of apart; times at random are put into days."""
    apart = _differences(rows, "second")
    if not apart.size or _share(apart % DAY_SECONDS == 0) >= MOST:
        return "daily"
    for name, size in TIMED:
        if _share(apart % size == 0) >= MOST:
            return name
    seconds = units(rows["date"], "second")
    return "daily" if np.ptp(seconds) >= LONG_DAYS * DAY_SECONDS else "hourly"


def _by_months(rows: pl.DataFrame, apart: Integers) -> str | None:
    """Months, quarters or years, if the dates are apart by whole ones, give or take a few days."""
    if np.median(apart) < 27:  # noqa: PLR2004 (a month less a day)
        return None
    if not _one_day_of_month(rows["date"]) and _share(apart % 7 == 0) >= MOST:
        return None
    months = apart / 30.4375
    whole = np.round(months)
    if _share(np.abs(months - whole) <= 0.12 * np.sqrt(np.maximum(whole, 1))) < MOST:
        return None
    for name, size in (("yearly", 12), ("quarterly", 3)):
        if _share(whole % size == 0) >= MOST:
            return name
    return "monthly"


def _one_day_of_month(dates: pl.Series) -> bool:
    unique = dates.unique()
    days = unique.dt.day()
    return days.n_unique() == 1 or bool((unique == unique.dt.month_end()).all())


def _by_days(dates: pl.Series, apart: Integers) -> str:
    if _share(apart % 7 == 0) >= MOST:
        return "weekly"
    weekdays = units(dates.unique(), "day") + 3
    business = weekdays.size >= FEWEST_BUSINESS_DAYS and (weekdays % 7 <= FRIDAY).all()
    return "business-daily" if business and np.unique(weekdays % 7).size >= FRIDAY else "daily"


def _share(flags: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> float:
    return float(np.mean(flags))


def _anchored(dates: pl.Series, plain: Frequency) -> Frequency:
    """Let steps begin where most dates lie: on a weekday, in a month of the quarter; and keep the day of the month."""
    if plain.unit == "month":
        days = dates.cast(pl.Date)
        last = float((days == days.dt.month_end()).mean() or 0.0)  # pyright: ignore[reportArgumentType] (of flags)
        day = MONTH_END if last >= MOST else _commonest(days.dt.day().to_numpy().astype(np.int64))
        return Frequency(plain.name, "month", plain.size, _commonest(units(dates, "month") % plain.size), day)
    if plain.unit == "business" or plain.size == 1:
        return plain
    return Frequency(plain.name, plain.unit, plain.size, _commonest(units(dates, plain.unit) % plain.size))


def _commonest(numbers: Integers) -> int:
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[counts.argmax()])
