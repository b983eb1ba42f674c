"""Where dates become numbers that a model can learn from: hours, weekdays, places in the month and the year."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.methods.panel import Integers


def calendar(frequency: Frequency, ordinals: Integers) -> NDArray[np.float32]:
    """What is known of each step beforehand, (steps, features); no features where steps have no dates."""
    if frequency.unit == "step" or frequency.name == "yearly":
        return np.empty((len(ordinals), 0), np.float32)
    dates = frequency.dates(ordinals)
    return np.column_stack([each.cast(pl.Float32).to_numpy() for each in _parts(dates, frequency)])


def _parts(dates: pl.Series, frequency: Frequency) -> list[pl.Series]:
    if frequency.unit == "month":
        return [dates.dt.month()]
    if frequency.name == "weekly":
        return [dates.dt.ordinal_day() // 7, dates.dt.day()]
    parts = [dates.dt.weekday(), dates.dt.day(), dates.dt.ordinal_day()]
    if frequency.unit == "second":
        return [*parts, dates.dt.hour().cast(pl.Float32) + dates.dt.minute().cast(pl.Float32) / 60]
    return parts
