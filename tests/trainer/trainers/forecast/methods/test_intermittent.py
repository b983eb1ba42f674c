"""Where methods for intermittent demand are held against figures worked out by hand."""

import numpy as np
import pytest

from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.panel import panel_of


def rate(name: str, series: list[float]) -> float:
    return float(METHODS[name].forecast(panel_of([series]), 1)[0, 0])


def test_croston_divides_the_size_by_the_gap() -> None:
    size = 4 + 0.1 * (10 - 4)
    gap = 2 + 0.1 * (3 - 2)

    assert rate("croston", [0, 4, 0, 0, 10, 0, 0]) == pytest.approx(size / gap)
    assert rate("croston_sba", [0, 4, 0, 0, 10, 0, 0]) == pytest.approx(0.95 * size / gap)


def test_a_thing_that_nobody_asks_for_any_more_is_forecast_less_and_less_by_tsb_alone() -> None:
    alive = [0.0, 4.0] * 10
    gone = alive + [0.0] * 20

    assert rate("croston", gone) == pytest.approx(rate("croston", alive))
    assert rate("tsb", gone) == pytest.approx(rate("tsb", alive) * 0.9**20, rel=1e-4)


@pytest.mark.parametrize("name", ["croston", "tsb", "adida", "imapa"])
def test_what_comes_regularly_is_forecast_as_its_rate(name: str) -> None:
    assert rate(name, [0.0, 0.0, 6.0] * 40) == pytest.approx(2.0, rel=0.15)


def test_sums_end_at_the_newest_step() -> None:
    series = [9.0, 0.0, 0.0, 3.0, 0.0, 3.0, 0.0, 3.0, 0.0]

    made = rate("adida", series)

    first, others = 0.0, 3.0
    assert made == pytest.approx((others + (first - others) * 0.7**3) / 2, rel=1e-3)


@pytest.mark.parametrize("name", ["croston", "croston_sba", "tsb", "adida", "imapa"])
def test_nothing_is_expected_where_nothing_came(name: str) -> None:
    assert rate(name, [0.0] * 30) == 0


def test_a_gap_as_long_as_the_series_is_no_trouble() -> None:
    panel = panel_of([np.append(np.zeros(1000), 5.0), np.append(5.0, np.zeros(1000))])

    made = METHODS["imapa"].forecast(panel, 1)

    assert np.isfinite(made).all()
    assert (made >= 0).all()
