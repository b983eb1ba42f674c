"""Where the season is found where there is one, and taken out and put back without a trace."""

import numpy as np

from tests.trainer.trainers.forecast.methods.series import AIR_PASSENGERS, line, monthly, noisy
from trainer.trainers.forecast.methods import METHODS, seasonality
from trainer.trainers.forecast.methods.batch import Batch, batch_of
from trainer.trainers.forecast.methods.panel import panel_of


def batch(*series: np.ndarray, season: int = 12) -> Batch:
    panel = panel_of(series, season)
    return batch_of(panel, np.argsort(-panel.lengths, kind="stable"))


def test_a_season_is_found_in_passengers_and_not_in_noise() -> None:
    found = seasonality.is_seasonal(batch(AIR_PASSENGERS, noisy(144, 1)))

    assert found.tolist() == [True, False]


def test_noise_is_rarely_taken_for_a_season() -> None:
    found = seasonality.is_seasonal(batch(*(noisy(96, seed) for seed in range(400))))

    assert found.mean() < 0.15


def test_a_season_is_never_found_below_two_of_them() -> None:
    found = seasonality.is_seasonal(batch(monthly(60), monthly(23)))

    assert found.tolist() == [True, False]


def test_a_constant_has_no_season() -> None:
    assert not seasonality.is_seasonal(batch(np.full(60, 1e6))).any()


def test_the_factors_of_a_rising_series_are_its_own() -> None:
    rising = monthly(120) * line(120, 100, 1) / 100

    season = seasonality.decomposed(batch(rising))

    assert season.multiplies.all()
    assert np.allclose(season.factors[:, 0], monthly(12) / 100, atol=0.01)


def test_a_series_with_nothing_at_times_gets_a_season_that_adds() -> None:
    season = seasonality.decomposed(batch(monthly(60) - 70))

    assert not season.multiplies.any()
    assert np.allclose(season.factors[:, 0], monthly(12) - 100, atol=0.1)


def test_what_is_taken_out_is_put_back() -> None:
    series = batch(AIR_PASSENGERS, AIR_PASSENGERS[:100] - 200)
    season = seasonality.decomposed(series)

    plain = season.removed(series)

    restored = season.restored(plain.steps.T[:, 24:36], np.array([24, 24]))
    assert np.allclose(restored, [AIR_PASSENGERS[24:36], AIR_PASSENGERS[24:36] - 200])
    assert (plain.steps[100:, 1] == 0).all()


def test_an_odd_season_is_found_too() -> None:
    weekly = np.resize([1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 7.0], 70)

    made = METHODS["naive2"].forecast(panel_of([weekly], 7), 7)

    assert np.allclose(made[0], weekly[:7], rtol=1e-3)


def test_a_series_that_remembers_needs_a_stronger_sign_of_a_season() -> None:
    wander = np.cumsum(np.random.default_rng(5).normal(0, 1, (200, 60)), axis=1)

    found = seasonality.is_seasonal(batch(*wander))

    assert found.mean() < 0.05
