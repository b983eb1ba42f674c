"""Where margins made with a known scale and doubt are shown to be calibrated back to them."""

import numpy as np
import pytest

from trainer.trainers.classification import calibration
from trainer.trainers.classification.calibration import Calibration


@pytest.mark.parametrize(("scale", "doubt"), [(2.0, 0.2), (5.0, 0.1), (8.0, 0.05)])
def test_scale_and_doubt_are_found_again(scale: float, doubt: float) -> None:
    random = np.random.default_rng(3)
    margins = random.normal(-0.8, 0.6, (20_000, 6)).astype(np.float32)
    chances = Calibration(scale, doubt, 0).probabilities(margins)
    codes = (chances.cumsum(axis=1) > random.random((20_000, 1))).argmax(axis=1)

    found = calibration.calibrated(margins, codes)

    assert found.scale == pytest.approx(scale, rel=0.1)
    assert found.doubt == pytest.approx(doubt, abs=0.02)
    assert found.rows == 20_000


def test_margins_that_are_always_right_leave_no_doubt() -> None:
    margins = np.where(np.eye(4, dtype=bool), 1, -1).astype(np.float32).repeat(50, axis=0)

    found = calibration.calibrated(margins, np.arange(4).repeat(50))

    assert found.probabilities(margins).max(axis=1).min() > 0.99


def test_probabilities_add_up_to_one() -> None:
    margins = np.array([[300.0, -300.0, 0.0], [0.0, 0.0, 0.0]], np.float32)

    sums = Calibration(50.0, 0.1, 0).probabilities(margins).sum(axis=1)

    assert sums == pytest.approx([1, 1], abs=1e-6)
