"""Where every classical method is fed what it may meet, whatever it forecasts."""

import numpy as np
import pytest

from tests.trainer.trainers.forecast.methods.series import line, monthly, noisy, sparse
from trainer.trainers.forecast.methods import METHODS, Method
from trainer.trainers.forecast.methods.panel import Panel, chosen, panel_of

every = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))
RUBBISH = (
    [],
    [5.0],
    [0.0],
    [1.0, 2.0],
    [7.0] * 40,
    [0.0] * 40,
    [0.0] * 39 + [3.0],
    [3.0] + [0.0] * 39,
    [-5.0, 3.0] * 20,
    [3e38, 1.0, 2e38, 0.0] * 10,
    [-3e38] * 5 + [3e38] * 5,
    [1e-40, 3e-38, 2e-39] * 10,
    list(2.0 ** np.arange(60)),
    [1.0, 1e9] * 15,
    [1.0] * 30 + [1e30],
)


@every
@pytest.mark.parametrize("season", [1, 2, 4, 7, 12, 52])
def test_whatever_the_values_the_forecasts_are_numbers(method: Method, season: int) -> None:
    panel = panel_of(RUBBISH, season)

    made = method.forecast(panel, 9)

    assert made.shape == (len(RUBBISH), 9)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()


@every
def test_forecasts_stay_near_what_the_series_has_been(method: Method) -> None:
    panel = panel_of([np.exp(np.arange(30) / 2), line(12, 5, -1), *(noisy(24, seed) for seed in range(20))], 4)

    made = method.forecast(panel, 24)

    known = np.nan_to_num(panel.values)
    assert (np.abs(made) <= 10 * np.abs(known).max(axis=1, keepdims=True)).all()


@every
def test_a_series_is_forecast_the_same_whatever_stands_beside_it(method: Method) -> None:
    series = [monthly(50), noisy(90, 1), sparse(70, 2), line(33), noisy(14, 3), sparse(200, 4, 0.02), [4.0, 5.0, 6.0]]

    together = method.forecast(panel_of(series, 12), 13)
    alone = [method.forecast(panel_of([each], 12), 13)[0] for each in series]

    assert np.allclose(together, alone, rtol=1e-4, atol=1e-4)


@every
def test_the_same_panel_gives_the_same_bytes(method: Method) -> None:
    panel = panel_of([noisy(40, seed) for seed in range(30)], 4)

    assert method.forecast(panel, 5).tobytes() == method.forecast(panel, 5).tobytes()


@every
def test_a_panel_is_left_as_it_was(method: Method) -> None:
    panel = panel_of([noisy(30, 1), sparse(20, 2)], 4)
    before = panel.values.copy()

    method.forecast(panel, 6)

    assert np.array_equal(panel.values, before, equal_nan=True)


@every
@pytest.mark.parametrize("panel", [panel_of([]), panel_of([[]]), panel_of([[], []], 12)])
def test_nothing_is_forecast_from_nothing(method: Method, panel: Panel) -> None:
    assert np.array_equal(method.forecast(panel, 3), np.zeros((panel.series, 3)))


@every
def test_no_steps_ahead_are_no_forecasts(method: Method) -> None:
    assert method.forecast(panel_of([noisy(30, 1)], 4), 0).shape == (1, 0)


@every
def test_a_constant_stays(method: Method) -> None:
    panel = panel_of([np.full(60, 12.5)], 12)
    expected = 0.0 if method.name == "zero" else 12.5

    made = method.forecast(panel, 6)

    assert np.allclose(made, expected, rtol=1e-4)


@every
def test_series_that_are_too_short_get_their_last_value(method: Method) -> None:
    panel = panel_of([noisy(method.least_steps - 1, 5)], 1)
    expected = panel.values[0, -1] if method.least_steps > 1 else 0.0

    assert np.allclose(method.forecast(panel, 3), expected)


@every
def test_doubled_values_double_the_forecasts(method: Method) -> None:
    panel = panel_of([noisy(50, 1), monthly(50), line(50)], 12)
    doubled = Panel(panel.values * 2, panel.starts, panel.season)

    assert np.allclose(method.forecast(doubled, 6), method.forecast(panel, 6) * 2, rtol=1e-3)


@pytest.mark.parametrize("method", [each for each in METHODS.values() if each.seasonal], ids=lambda each: each.name)
def test_a_season_that_repeats_exactly_goes_on(method: Method) -> None:
    panel = panel_of([monthly(60)], 12)

    made = method.forecast(panel, 12)

    assert np.allclose(made[0], monthly(72)[60:], rtol=0.02)


def test_rows_are_chosen_without_the_columns_that_none_of_them_has() -> None:
    panel = panel_of([[1.0, 2.0, 3.0], [4.0], [5.0, 6.0]])

    part = chosen(panel, np.array([2, 1]))

    assert np.array_equal(part.values, [[5, 6], [np.nan, 4]], equal_nan=True)
    assert part.starts.tolist() == [0, 1]
