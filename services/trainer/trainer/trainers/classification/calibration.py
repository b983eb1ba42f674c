"""Where margins become honest probabilities.

Softmax of the margins times one scale (temperature scaling: Guo et al., ICML 2017, section 4.2), mixed with a little
doubt that is spread over all labels: people mislabel some rows, and without it the scale alone would have to answer
for them. Both are fitted by likelihood, on training rows that the margins were not fitted on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax

from trainer.trainers.archive import Floats
from trainer.trainers.classification import margins
from trainer.trainers.classification.margins import Codes, Problem, Step

FOLDS = 5
ROWS_FOR_ONE_FOLD = 3_000
LOG_SCALES = (-3.0, 4.0)
LOG_ODDS_OF_DOUBT = (-12.0, 0.0)
SMALLEST = 1e-12


@dataclass(frozen=True)
class Calibration:
    """`scale` makes margins logits, `doubt` (0 to 0.5) is shared by all labels; fitted on so many `rows`."""

    scale: float
    doubt: float
    rows: int

    def probabilities(self, of_margins: Floats) -> Floats:
        """Margins of shape (rows, labels) as probabilities of the same shape."""
        certain = softmax(of_margins * np.float32(self.scale), axis=1)
        return certain * np.float32(1 - self.doubt) + np.float32(self.doubt / of_margins.shape[1])


@dataclass(frozen=True)
class Unseen:
    """Margins (rows, labels) of rows that they were not fitted on, with the codes of their given labels."""

    margins: Floats
    codes: Codes


def unseen(problem: Problem, step: Step) -> Unseen:
    """Margins of rows by margins that were fitted on others; calls `step` with the share done.

    Fewer than 3,000 rows are all used, each with margins fitted on the other four fifths; of more, one fifth is. Which
    rows these are depends on the codes and the seed alone.
    """
    folds = _folds(problem)
    rounds = FOLDS if len(folds) < ROWS_FOR_ONE_FOLD else 1
    measured = [_of_fold(problem, folds == fold, _part(step, fold, rounds)) for fold in range(rounds)]
    codes = np.concatenate([problem.codes[folds == fold] for fold in range(rounds)])
    return Unseen(np.concatenate(measured), codes)


def calibrated(of_margins: Floats, codes: Codes) -> Calibration:
    """The calibration under which these margins (rows, labels) make the given labels' codes likeliest."""
    labels = of_margins.shape[1]
    scale = float(np.exp(_lowest(lambda log: _best_doubt(_likelihoods(of_margins, codes, log), labels)[0], LOG_SCALES)))
    _, doubt = _best_doubt(_likelihoods(of_margins, codes, np.log(scale)), labels)
    return Calibration(scale, doubt, len(codes))


def _folds(problem: Problem) -> Codes:
    """A fold for every row, so that each fold has about its share of every label."""
    shuffled = np.random.default_rng(problem.seed).permutation(len(problem.codes))
    by_label = shuffled[np.argsort(problem.codes[shuffled], kind="stable")]
    folds = np.empty(len(by_label), np.int64)
    folds[by_label] = np.arange(len(by_label)) % FOLDS
    return folds


def _part(step: Step, part: int, parts: int) -> Step:
    return lambda share: step((part + share) / parts)


def _of_fold(problem: Problem, fold: NDArray[np.bool_], step: Step) -> Floats:
    seen = replace(problem, features=problem.features[~fold], codes=problem.codes[~fold])
    return margins.fit(seen, step).of(problem.features[fold])


def _likelihoods(of_margins: Floats, codes: Codes, log_scale: float) -> NDArray[np.float64]:
    certain = softmax(of_margins * np.float32(np.exp(log_scale)), axis=1)
    return certain[np.arange(len(codes)), codes].astype(np.float64)


def _best_doubt(likelihoods: NDArray[np.float64], labels: int) -> tuple[float, float]:
    """The least mean surprise that doubt can bring, and that doubt."""

    def surprise(log_odds: float) -> float:
        doubt = expit(log_odds)
        return -float(np.log(np.maximum((1 - doubt) * likelihoods + doubt / labels, SMALLEST)).mean())

    best = _lowest(surprise, LOG_ODDS_OF_DOUBT)
    return surprise(best), float(expit(best))


def _lowest(function: Callable[[float], float], bounds: tuple[float, float]) -> float:
    return float(minimize_scalar(function, bounds=bounds, method="bounded").x)
