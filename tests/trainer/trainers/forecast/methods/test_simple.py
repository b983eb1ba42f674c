"""Where the simplest forecasts are held against figures worked out by hand."""

import numpy as np
import pytest

from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.batch import settled
from trainer.trainers.forecast.methods.panel import earlier, newest, panel_of

SERIES = [1.0, 4.0, 2.0, 8.0, 3.0, 6.0]


@pytest.mark.parametrize(
    ("name", "season", "expected"),
    [
        ("zero", 1, [0, 0, 0]),
        ("naive", 1, [6, 6, 6]),
        ("seasonal_naive", 4, [2, 8, 3]),
        ("seasonal_naive", 2, [3, 6, 3]),
        ("seasonal_naive", 9, [6, 6, 6]),
        ("drift", 1, [7, 8, 9]),
        ("average", 1, [4, 4, 4]),
        ("window_average", 3, [17 / 3] * 3),
        ("seasonal_average", 2, [2, 6, 2]),
        ("seasonal_average", 4, [2, 8, 2]),
    ],
)
def test_a_simple_forecast_is_what_its_name_says(name: str, season: int, expected: list[float]) -> None:
    made = METHODS[name].forecast(panel_of([SERIES], season), 3)

    assert np.allclose(made, [expected])


def test_a_panel_is_cut_to_what_was_known_earlier() -> None:
    panel = panel_of([SERIES, [7.0]])

    before = earlier(panel, 2)

    assert before.lengths.tolist() == [4, 0]
    assert np.array_equal(METHODS["naive"].forecast(before, 1), [[8], [0]])


def test_a_panel_is_cut_to_its_newest_steps() -> None:
    panel = newest(panel_of([SERIES, [7.0]]), 3)

    assert panel.values.shape == (2, 3)
    assert panel.lengths.tolist() == [3, 1]


def test_cutting_more_than_there_is_leaves_nothing() -> None:
    panel = panel_of([SERIES])

    assert earlier(panel, 9).lengths.tolist() == [0]
    assert newest(panel, 9).values.shape == (1, 6)


def test_what_is_no_number_becomes_the_last_value_and_what_is_far_away_comes_nearer() -> None:
    panel = panel_of([[2.0, 4.0]])

    kept = settled(np.array([[np.nan, np.inf, 5.0, 1e9]]), panel)

    assert kept.tolist() == [[4.0, 4.0, 5.0, 4.0 + 2 * 2.0 * (1 + 4 / 2)]]
