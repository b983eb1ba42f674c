"""Where linear margins are fitted, one label against all others.

L2-regularised squared hinge loss by dual coordinate descent (Hsieh et al., ICML 2008; LIBLINEAR).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.svm import LinearSVC

from trainer.trainers.archive import Floats

Codes = NDArray[np.int64]
Step = Callable[[float], None]

TOLERANCE = 0.01


@dataclass(frozen=True)
class Margins:
    """`weights` of shape (terms, labels) and `bias` of shape (labels,), both float32."""

    weights: Floats
    bias: Floats

    def of(self, features: csr_array) -> Floats:
        """The margins of rows of features, of shape (rows, labels)."""
        return features @ self.weights + self.bias


@dataclass(frozen=True)
class Problem:
    """Rows of features with the code of their label, below `labels`; how closely to follow them; the seed."""

    features: csr_array
    codes: Codes
    labels: int
    c: float
    seed: int


def fit(problem: Problem, step: Step) -> Margins:
    """Fit a margin for every label; calls `step` with the share done after each of them."""
    features = problem.features.astype(np.float64)
    weights = np.empty((features.shape[1], problem.labels), np.float32)
    bias = np.empty(problem.labels, np.float32)
    for label in range(problem.labels):
        weights[:, label], bias[label] = _one_against_others(problem, features, label)
        step((label + 1) / problem.labels)
    return Margins(weights, bias)


def _one_against_others(problem: Problem, features: csr_array, label: int) -> tuple[NDArray[np.float64], float]:
    is_label = problem.codes == label
    if is_label.all() or not is_label.any():
        return np.zeros(features.shape[1]), 1.0 if is_label.all() else -1.0
    machine = LinearSVC(C=problem.c, tol=TOLERANCE, random_state=problem.seed).set_params(dual=True)
    machine.fit(features, is_label)
    return np.ravel(machine.coef_), float(np.ravel(machine.intercept_)[0])
