"""Where exponential smoothing is shown to follow what it has a state for."""

import numpy as np
import pytest

from tests.trainer.trainers.forecast.methods.series import line, monthly, noisy
from trainer.trainers.forecast.methods import METHODS, states
from trainer.trainers.forecast.methods.panel import panel_of


@pytest.mark.parametrize("name", ["holt", "ets"])
def test_a_trend_goes_on(name: str) -> None:
    made = METHODS[name].forecast(panel_of([line(40)]), 6)

    assert np.allclose(made[0], line(46)[40:], rtol=0.01)


def test_a_damped_trend_rises_less_and_less() -> None:
    made = METHODS["damped"].forecast(panel_of([line(40)]), 20)

    rises = np.diff(made[0])
    assert (rises > 0).all()
    assert (np.diff(rises) < 0).all()


@pytest.mark.parametrize("name", ["holt_winters_multiplicative", "ets"])
def test_a_season_grows_with_the_level(name: str) -> None:
    grown = monthly(132) * line(132, 100, 2)

    made = METHODS[name].forecast(panel_of([grown[:120]], 12), 12)

    assert np.allclose(made[0], grown[120:], rtol=0.03)


def test_a_season_that_adds_does_not() -> None:
    grown = monthly(132) + line(132, 300, 5)

    made = METHODS["holt_winters_additive"].forecast(panel_of([grown[:120]], 12), 12)

    assert np.allclose(made[0], grown[120:], rtol=0.03)


def test_a_level_that_jumps_is_followed_and_one_that_only_trembles_is_not() -> None:
    jumped = np.where(np.arange(60) < 40, 100.0, 200.0)

    made = METHODS["ses"].forecast(panel_of([jumped, noisy(60, 2)]), 1)

    assert made[0, 0] == pytest.approx(200, rel=0.01)
    assert made[1, 0] == pytest.approx(100, rel=0.03)


def test_a_choice_among_forms_does_not_take_noise_for_a_trend() -> None:
    panel = panel_of([noisy(40, seed) for seed in range(50)], 4)

    made = METHODS["ets"].forecast(panel, 8)

    assert np.abs(made - 100).mean() < 3


def test_a_season_that_changes_is_followed() -> None:
    first, second = np.resize([0.0, 20.0, -20.0, 0.0], 48), np.resize([20.0, 0.0, 0.0, -20.0], 48)
    changed = 100 + np.concatenate([first, second])

    made = METHODS["holt_winters_additive"].forecast(panel_of([changed], 4), 4)

    assert np.allclose(made[0], [120, 100, 100, 80], atol=3)


def test_a_damped_trend_is_damped_from_the_first_step_on() -> None:
    state = states.States(np.array([[10.0]]), np.array([[2.0]]), None, "none")

    made = states.ahead(state, np.array([[0.5]]), np.array([5]), 3)

    assert made.tolist() == [[11.0, 11.5, 11.75]]


def test_a_short_series_gets_a_form_of_few_parameters() -> None:
    panel = panel_of([noisy(11, seed) for seed in range(200)], 4)

    made = METHODS["ets"].forecast(panel, 4)

    assert (np.ptp(made, axis=1) < 1e-3).mean() > 0.9
