"""Where forecasts are measured on what no bar is set for: earlier windows of the same series, and other shapes."""

from collections.abc import Iterator

from bench.training import generated, series
from bench.training.comparing import pair
from bench.training.generated import Shape
from bench.training.series import Collection
from bench.training.table import Row

WORDS = "at most its error"
LEAST = 12
"""Values at least that a series needs before an earlier window."""

HOURS = Shape(series=120, steps=24 * 42, horizon=48, year=24 * 365)
SLOW = Shape(series=600, steps=48, horizon=12, year=12)
SHORT = Shape(series=400, steps=34, horizon=6, year=12)
DAYS = Shape(series=200, steps=500, horizon=28, year=365.25, cycle=7)


def rows() -> list[Row]:
    """Measure ours and a suitable model of statsforecast on each."""
    return [line for collection, model, measures in _collections() for line in _rows(collection, model, measures)]


def _rows(collection: Collection, model: str, measures: tuple[str, ...]) -> list[Row]:
    found = pair(collection, model, lag=collection.season if collection.season <= 12 else 1)
    return [found.row(measure, words=WORDS) for measure in measures]


def _collections() -> Iterator[tuple[Collection, str, tuple[str, ...]]]:
    theta = "DynamicOptimizedTheta"
    for read, model, measures in (
        (series.m4_weekly, theta, ("sMAPE", "MASE")),
        (series.m3_quarterly, theta, ("sMAPE", "MASE")),
        (series.car_parts, "IMAPA", ("RMSE", "bias")),
    ):
        collection = read()
        if collection:
            yield collection.earlier(collection.horizon, LEAST), model, measures
    hours = generated.metered(HOURS, seed=1)
    yield generated.collection("hourly meters", ("hourly", 24), hours, HOURS.horizon), theta, ("RMSSE", "WAPE")
    slow = generated.slow_moving(SLOW, seed=2)
    yield generated.collection("slow movers", ("monthly", 12), slow, SLOW.horizon), "IMAPA", ("RMSE", "bias")
    short = generated.stock_keeping(SHORT, seed=3)
    yield generated.collection("short monthly demand", ("monthly", 12), short, SHORT.horizon), theta, ("RMSSE", "WAPE")
    days = generated.stock_keeping(DAYS, seed=4)
    yield generated.collection("daily demand", ("daily", 7), days, DAYS.horizon), theta, ("RMSSE", "WAPE")
