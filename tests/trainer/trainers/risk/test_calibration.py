"""Where the correction of probabilities and the threshold are shown to find what they were made with."""

import numpy as np
import pytest

from trainer.trainers.risk import calibration
from trainer.trainers.risk.calibration import Calibration

SAID = np.random.default_rng(4).uniform(0.02, 0.98, 20_000)


def happened(chances: np.ndarray) -> np.ndarray:
    """Let it happen so often, and the same in whatever order, or process, the tests are run."""
    return (np.random.default_rng(5).random(len(chances)) < chances).astype(float)


def test_a_distortion_is_found_again() -> None:
    truth = happened(Calibration(0.5, -1.0, 1).of(SAID))

    found = calibration.learn(SAID, truth, "auto")

    assert (found.slope, found.shift) == pytest.approx((0.5, -1.0), abs=0.06)


def test_what_is_right_is_not_made_worse() -> None:
    truth = happened(SAID)

    corrected = calibration.learn(SAID, truth, "auto").of(SAID)

    assert np.abs(corrected - SAID).max() < 0.02


def test_too_few_rows_correct_nothing() -> None:
    found = calibration.learn(SAID[:90], happened(SAID[:90]), "always")

    assert found == Calibration()


def test_the_order_of_risks_never_changes() -> None:
    upside_down = calibration.learn(SAID, happened(1 - SAID), "always").of(np.sort(SAID))

    assert (np.diff(upside_down) >= 0).all()


@pytest.mark.parametrize(
    ("said", "truth", "threshold"),
    [
        ([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 0.25),
        ([0.2, 0.2, 0.2, 0.2], [0, 1, 0, 1], 0.1),
        ([0.9, 0.1], [1, 1], 0.05),
        ([0.01, 0.02, 0.03, 0.001], [0, 1, 1, 0], 0.015),
    ],
)
def test_the_threshold_lies_where_f1_is_highest(said: list[float], truth: list[float], threshold: float) -> None:
    assert calibration.threshold(np.array(said), np.array(truth)) == pytest.approx(threshold)
