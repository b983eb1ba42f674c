"""Where probabilities are corrected and the one from which a row is called a risk is learnt.

The correction is a line through the logits (Platt: Probabilistic outputs for support vector machines, 1999).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from trainer.trainers.risk.encoding import Matrix

SMALLEST = 1e-6
FEWEST_ROWS = 100
FEWEST_OF_A_LABEL = 10
HIGHEST_SLOPE = 10.0
DIGITS = 6


@dataclass(frozen=True)
class Calibration:
    """`slope` and `shift` of the logits; 1 and 0 change nothing. `rows` is what it was learnt from."""

    slope: float = 1.0
    shift: float = 0.0
    rows: int = 0

    def of(self, probabilities: Matrix) -> Matrix:
        """The corrected probabilities, in the same order of size."""
        if not self.rows:
            return probabilities
        return expit(self.slope * _logits(probabilities) + self.shift)


def learn(probabilities: Matrix, truth: Matrix, wanted: Literal["auto", "always", "never"]) -> Calibration:
    """The correction of probabilities of unseen rows, the oldest first; none where it brings nothing.

    With `auto` it is learnt on the older half, and kept (learnt on all) if it lowers the Brier score of the newer one.
    """
    if wanted == "never" or len(truth) < FEWEST_ROWS or min(truth.sum(), (1 - truth).sum()) < FEWEST_OF_A_LABEL:
        return Calibration()
    half = len(truth) // 2
    older, newer = slice(half), slice(half, None)
    if wanted == "auto":
        corrected = _fitted(probabilities[older], truth[older]).of(probabilities[newer])
        if _brier(corrected, truth[newer]) >= _brier(probabilities[newer], truth[newer]):
            return Calibration()
    return _fitted(probabilities, truth)


def threshold(probabilities: Matrix, truth: Matrix) -> float:
    """The probability from which calling a row a risk gives the highest F1, between the two nearest that occur."""
    order = np.argsort(-probabilities, kind="stable")
    ranked, right = probabilities[order], np.cumsum(truth[order])
    last = np.append(ranked[1:] != ranked[:-1], True)
    f1 = np.where(last, 2 * right / (np.arange(1, len(order) + 1) + max(truth.sum(), 1)), -1.0)
    best = int(np.argmax(f1))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return round(float(ranked[best] + below) / 2, DIGITS)


def _fitted(probabilities: Matrix, truth: Matrix) -> Calibration:
    from scipy.optimize import minimize  # noqa: PLC0415 (a process that only predicts never needs it)

    logits = _logits(probabilities)

    def surprise(line: Matrix) -> float:
        corrected = line[0] * logits + line[1]
        return float(np.mean(np.logaddexp(0, corrected) - truth * corrected))

    found = minimize(surprise, np.array([1.0, 0.0]), bounds=[(SMALLEST, HIGHEST_SLOPE), (None, None)])
    slope, shift = np.round(found.x, DIGITS).tolist()
    return Calibration(slope, shift, len(truth))


def _logits(probabilities: Matrix) -> Matrix:
    return logit(np.clip(probabilities, SMALLEST, 1 - SMALLEST))


def _brier(probabilities: Matrix, truth: Matrix) -> float:
    return float(np.mean(np.square(probabilities - truth)))
