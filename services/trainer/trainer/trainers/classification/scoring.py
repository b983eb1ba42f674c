"""Where a classifier's answers are measured against the labels that people gave."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from trainer.trainers.archive import Floats
from trainer.trainers.classification.model import Model, load
from trainer.trainers.kind import Evaluation

BINS = 15


@dataclass(frozen=True)
class Answers:
    """For every row: the given label, the answered one, all probabilities (rows, labels) in the order of `labels`."""

    given: list[str]
    answered: list[str]
    probabilities: Floats
    labels: list[str]

    @property
    def right(self) -> list[bool]:
        """Whether each row was answered with its given label."""
        return [given == answered for given, answered in zip(self.given, self.answered, strict=True)]


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    """Measure an artifact on rows with columns text and label; raises `UnreadableArtifact`."""
    answers = ask(load(artifact), rows)
    return Evaluation(measured(answers), [float(not right) for right in answers.right])


def ask(model: Model, rows: pl.DataFrame) -> Answers:
    """The model's answers to all rows."""
    probabilities = model.probabilities(rows["text"].to_list())
    answered = [model.labels[index] for index in probabilities.argmax(axis=1)]
    return Answers(rows["label"].to_list(), answered, probabilities, model.labels)


def measured(answers: Answers) -> dict[str, float]:
    """The metrics of at least one answer, all from 0 to 1 but `brier` (0 to 2), `samples` and `classes`.

    `precision`, `recall` and `f1` are means over labels, `majority_accuracy` is what answering the commonest given
    label would reach, `brier` is the summed squared error of all probabilities (Brier, 1950), `ece` the expected
    calibration error over 15 equal bins of confidence (Guo et al., ICML 2017, section 2).
    """
    precision, recall, f1 = _means_over_labels(answers)
    return {
        "accuracy": float(np.mean(answers.right)),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "brier": _brier(answers),
        "ece": _calibration_gap(answers.probabilities.max(axis=1), np.array(answers.right)),
        "majority_accuracy": Counter(answers.given).most_common(1)[0][1] / len(answers.given),
        "samples": float(len(answers.given)),
        "classes": float(len(answers.labels)),
    }


def _means_over_labels(answers: Answers) -> tuple[float, float, float]:
    """Precision, recall and F1; a label that was never answered has precision 0."""
    precision, recall, f1, _ = precision_recall_fscore_support(
        answers.given,
        answers.answered,
        average="macro",
        zero_division=0,  # pyright: ignore[reportArgumentType]
    )
    return float(precision), float(recall), float(f1)


def _brier(answers: Answers) -> float:
    """A given label that the model does not know counts as one with probability 0."""
    codes = {label: code for code, label in enumerate(answers.labels)}
    squared = np.square(answers.probabilities.astype(np.float64)).sum(axis=1)
    of_given = np.array(
        [
            row[codes[given]] if given in codes else 0.0
            for row, given in zip(answers.probabilities, answers.given, strict=True)
        ]
    )
    return float(np.mean(squared - 2 * of_given + 1))


def _calibration_gap(confidence: Floats, right: NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    confidences = np.bincount(bins, weights=confidence, minlength=BINS)
    rights = np.bincount(bins, weights=right, minlength=BINS)
    return float(np.abs(confidences - rights).sum() / len(right))
