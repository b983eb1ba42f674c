"""Where the metrics of a classifier are computed from its answers."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from trainer.trainers.archive import Floats
from trainer.trainers.classification.model import Guess

BINS = 15


@dataclass(frozen=True)
class Sheet:
    """The answers of one output to the rows that have a label: those given, and the model's guess at them.

    `labels` are in the order of the guess's probabilities; `unknown` is the label of texts that belong to none of them.
    """

    name: str
    given: list[str]
    guess: Guess
    labels: list[str]
    unknown: str | None = None

    @property
    def right(self) -> list[bool]:
        """Whether each row was answered with its given label."""
        return [given == answered for given, answered in zip(self.given, self.guess.answered, strict=True)]


def measured(sheets: Sequence[Sheet]) -> dict[str, float]:
    """The metrics of the main output, and `<name>_accuracy`, `_f1` and `_majority_accuracy` of each further one.

    All are from 0 to 1 but `brier` (0 to 2), `samples` and `classes`. `precision`, `recall` and `f1` are means over
    labels, `majority_accuracy` is what answering the commonest given label would reach, `brier` is the summed squared
    error of all probabilities (Brier, 1950), `ece` the expected calibration error over 15 equal bins of confidence (Guo
    et al., ICML 2017, section 2), `coverage` the share of texts that count as known. Where some rows have the label for
    texts that are not, `unknown_precision` and `unknown_recall` say how well these are found.
    """
    if not sheets:
        return {"accuracy": 0.0, "f1": 0.0, "ece": 0.0, "samples": 0.0}
    main, *others = sheets
    further = {f"{_worded(sheet.name)}_{name}": value for sheet in others for name, value in _of_further(sheet).items()}
    return {**_of_main(main), **_of_unknown(main), **further}


def calibration_gap(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """The expected calibration error of answers, from 0 to 1."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    confidences = np.bincount(bins, weights=confidence, minlength=BINS)
    rights = np.bincount(bins, weights=right, minlength=BINS)
    return float(np.abs(confidences - rights).sum() / len(right))


def _of_main(sheet: Sheet) -> dict[str, float]:
    precision, recall, f1 = _means_over_labels(sheet)
    return {
        "accuracy": _accuracy(sheet),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "brier": _brier(sheet),
        "ece": calibration_gap(sheet.guess.confidence, np.array(sheet.right)),
        **_majority(sheet),
        "coverage": float(np.mean(sheet.guess.known)),
        "samples": float(len(sheet.given)),
        "classes": float(len(sheet.labels)),
    }


def _of_further(sheet: Sheet) -> dict[str, float]:
    return {"accuracy": _accuracy(sheet), "f1": _means_over_labels(sheet)[2], **_majority(sheet)}


def _of_unknown(sheet: Sheet) -> dict[str, float]:
    strange = np.array([given == sheet.unknown for given in sheet.given])
    if not strange.any():
        return {}
    refused = ~sheet.guess.known
    found = float((strange & refused).sum())
    return {
        "unknown_precision": found / float(refused.sum()) if refused.any() else 0.0,
        "unknown_recall": found / float(strange.sum()),
    }


def _accuracy(sheet: Sheet) -> float:
    return float(np.mean(sheet.right))


def _majority(sheet: Sheet) -> dict[str, float]:
    return {"majority_accuracy": Counter(sheet.given).most_common(1)[0][1] / len(sheet.given)}


def _worded(name: str) -> str:
    """A column's name as part of a metric's: lower case, words joined by underscores."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_") or "output"


def _means_over_labels(sheet: Sheet) -> tuple[float, float, float]:
    """Precision, recall and F1; a label that was never answered has precision 0."""
    precision, recall, f1, _ = precision_recall_fscore_support(
        sheet.given,
        sheet.guess.answered,
        average="macro",
        zero_division=0,  # pyright: ignore[reportArgumentType]
    )
    return float(precision), float(recall), float(f1)


def _brier(sheet: Sheet) -> float:
    """A given label that the model does not know counts as one with probability 0."""
    codes = {label: code for code, label in enumerate(sheet.labels)}
    squared = np.square(sheet.guess.probabilities.astype(np.float64)).sum(axis=1)
    of_given = np.array(
        [
            row[codes[given]] if given in codes else 0.0
            for row, given in zip(sheet.guess.probabilities, sheet.given, strict=True)
        ]
    )
    return float(np.mean(squared - 2 * of_given + 1))
