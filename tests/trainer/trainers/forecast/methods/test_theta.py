"""Where the theta methods are held against their definition, step by step and by brute force."""

import numpy as np
import pytest

from tests.trainer.trainers.forecast.methods.series import Values, line, noisy
from trainer.trainers.forecast.methods import METHODS
from trainer.trainers.forecast.methods.panel import panel_of


def lost(values: Values, alpha: float, weight: float, first: float) -> float:
    """Give the squared errors of the dynamic model, one step after the other as the paper has it."""
    level, mean, slope, intercept = alpha * values[0] + (1 - alpha) * first, values[0], 0.0, values[0]
    total = 0.0
    for step in range(1, len(values)):
        kept = (1 - alpha) ** step
        made = level + weight * (intercept * kept + slope * (1 - kept * (1 - alpha)) / alpha)
        total += (values[step] - made) ** 2 if step > 2 else 0
        level += alpha * (values[step] - level)
        slope = ((step - 1) * slope + 6 * (values[step] - mean) / (step + 1)) / (step + 2)
        mean += (values[step] - mean) / (step + 1)
        intercept = mean - slope * (step + 2) / 2
    return total


def ahead(values: Values, alpha: float, weight: float, first: float) -> float:
    """Give the forecast of the next step, the part of it that follows from the errors of two futures."""
    zero, one = (lost(np.append(values, future), alpha, weight, first) for future in (0.0, 1.0))
    return (1 + zero - one) / 2


def test_no_other_theta_and_first_level_fits_better() -> None:
    values = noisy(24, 3) + line(24)
    made = float(METHODS["dynamic_optimised_theta"].forecast(panel_of([values]), 1)[0, 0])
    random = np.random.default_rng(0)
    tried = [(random.uniform(0.1, 0.99), random.uniform(0, 1), random.uniform(0, 200)) for _ in range(20_000)]

    best = min(tried, key=lambda each: lost(values, *each))

    assert made == pytest.approx(ahead(values, *best), rel=0.01)


@pytest.mark.parametrize("name", ["optimised_theta", "dynamic_optimised_theta"])
def test_a_straight_line_goes_on(name: str) -> None:
    made = METHODS[name].forecast(panel_of([line(40)]), 5)

    assert np.allclose(made[0], line(45)[40:], rtol=0.02)


def test_the_classical_method_rises_half_as_fast_as_the_line() -> None:
    made = METHODS["theta"].forecast(panel_of([line(200, rise=2.0)]), 10)

    assert np.diff(made[0]) == pytest.approx(1.0, rel=0.02)


def test_the_height_of_a_series_does_not_matter() -> None:
    low, high = (METHODS["dynamic_optimised_theta"].forecast(panel_of([noisy(50, 4) + lift]), 3) for lift in (0, 4096))

    assert np.allclose(high - 4096, low, atol=0.05)


def test_several_steps_ahead_are_as_if_each_forecast_had_come() -> None:
    values = line(8, rise=4.0) + np.resize([9.0, -9.0], 8)
    made = METHODS["dynamic_theta"].forecast(panel_of([values]), 3)[0]
    grid = [(alpha, 0.5, first) for alpha in np.linspace(0.1, 0.99, 20) for first in np.linspace(-60, 160, 221)]
    best = min(grid, key=lambda each: lost(values, *each))

    again = [ahead(np.append(values, made[:known]), *best) for known in range(3)]

    assert np.allclose(made, again, rtol=0.01)
    assert np.diff(made) == pytest.approx(np.diff(again), rel=0.15)
