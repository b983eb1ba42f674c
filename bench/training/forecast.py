"""Where forecasts are measured beside statsforecast, on the data of competitions and on generated demand."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bench.training import elsewhere, generated, series
from bench.training.comparing import Pair, pair, within
from bench.training.generated import Shape
from bench.training.series import FOLDER, Collection
from bench.training.table import Figure, Row, skipped

THETA = "DynamicOptimizedTheta"
WEEKS = Shape(series=10_000, steps=156, horizon=13, year=52.18)
DAYS = Shape(series=10_000, steps=1_067, horizon=28, year=365.25, cycle=7)
DAILY_LIMITS = (60.0, 2_048.0)
FEW = 50


def rows() -> list[Row]:
    """Measure all of it; takes several minutes."""
    competitions = (
        ("M4 weekly", series.m4_weekly, _m4_weekly),
        ("M3 quarterly", series.m3_quarterly, _m3_quarterly),
        ("car parts", series.car_parts, _car_parts),
    )
    found = [row for name, read, measure in competitions for row in _of(name, read, measure)]
    return [*found, *_weekly_demand(), *_daily_demand(), *elsewhere.rows()]


def _of(name: str, read: Callable[[], Collection | None], measure: Callable[[Collection], Iterator[Row]]) -> list[Row]:
    collection = read()
    return list(measure(collection)) if collection else [skipped(name, f"no files in {FOLDER}")]


def _m4_weekly(collection: Collection) -> Iterator[Row]:
    found = pair(collection, THETA)
    yield found.row("sMAPE")
    yield found.row("MASE")
    yield found.row("OWA", 0.78, "at most .78, stretch .74")
    yield _published(found, "OWA", Figure("best of the competition", 0.739))
    yield found.costs()


def _m3_quarterly(collection: Collection) -> Iterator[Row]:
    found = pair(collection, THETA, lag=4)
    yield found.row("sMAPE", 9.2, "at most 9.2")
    yield _published(found, "sMAPE", Figure("THETA, as published", 8.96))
    yield found.row("MASE")
    yield found.costs()


def _car_parts(collection: Collection) -> Iterator[Row]:
    found = pair(collection, "IMAPA")
    yield found.row("RMSE", 0.732, "at most .732, stretch .711")
    yield found.row("bias", 0.06, "at most .06 either way")
    yield found.costs()


def _published(found: Pair, measure: str, figure: Figure) -> Row:
    return replace(found.row(measure), reference=figure)


def _weekly_demand() -> Iterator[Row]:
    values = generated.stock_keeping(WEEKS)
    found = pair(generated.collection("weekly demand, 3 years", ("weekly", 52), values, WEEKS.horizon), THETA)
    yield found.row("RMSSE", words="at most its error")
    yield found.row("WAPE", words="at most its error")
    yield found.costs(0.5)


def _daily_demand() -> Iterator[Row]:
    values = generated.stock_keeping(DAYS)
    collection = generated.collection("daily demand, 3 years", ("daily", 7), values, DAYS.horizon)
    found = pair(collection, THETA, every=FEW)
    yield from within(found, DAILY_LIMITS)
    yield found.row("RMSSE", words="at most its error")
    yield found.row("WAPE", words="at most its error")
