"""Where methods are held against what statsforecast 2.1.1 gives for the same series."""

import numpy as np
import pytest

from tests.trainer.trainers.forecast.methods.series import AIR_PASSENGERS
from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.panel import panel_of

SPARSE = [0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0, 6, 0, 0, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("theta", [440.97, 429.25, 490.69, 476.66]),
        ("optimised_theta", [442.94, 432.23, 495.31, 482.31]),
        ("dynamic_theta", [440.77, 429.06, 490.48, 476.46]),
        ("dynamic_optimised_theta", [442.93, 432.30, 495.48, 482.58]),
    ],
)
def test_theta_methods_agree(name: str, expected: list[float]) -> None:
    made = METHODS[name].forecast(panel_of([AIR_PASSENGERS], 12), 4)

    assert np.allclose(made, [expected], rtol=5e-4)


def test_exponential_smoothing_agrees() -> None:
    made = METHODS["ses"].forecast(panel_of([AIR_PASSENGERS]), 1)

    assert np.allclose(made, [[431.59]], rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("croston", 0.9190872),
        ("croston_sba", 0.8731329),
        ("tsb", 0.5734362),
        ("adida", 0.7657515),
        ("imapa", 0.6982680),
    ],
)
def test_methods_for_intermittent_demand_agree(name: str, expected: float) -> None:
    made = METHODS[name].forecast(panel_of([SPARSE], 12), 2)

    assert np.allclose(made, [[expected, expected]], rtol=1e-4)


def test_the_chosen_exponential_smoothing_is_near_what_others_choose() -> None:
    made = METHODS["ets"].forecast(panel_of([AIR_PASSENGERS], 12), 4)

    assert np.allclose(made, [[442.36, 428.27, 492.97, 477.37]], rtol=0.03)
