"""Where a risk's probabilities are measured against what happened."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers.kind import Evaluation
from trainer.trainers.risk import labels
from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.model import Model, load

BINS = 10
MEASURE = "squared error of the probability"
BASELINE = "answering the prevalence of the rows learnt from"


@dataclass(frozen=True)
class Answers:
    """For every row: its slots, the probability of the risk, and 1 for a risk, 0 for none, NaN for another label."""

    matrix: Matrix
    probabilities: Matrix
    truth: Matrix


def evaluate(artifact: bytes, holdout: pl.DataFrame) -> Evaluation:
    """Measure an artifact on rows with the column label: squared errors (Brier, 1950), row by row.

    A row with a label that the artifact does not know cannot be measured. The slices are the labels. Raises
    `UnreadableArtifact`.
    """
    model = load(artifact)
    answers = ask(model, holdout)
    losses, baseline = (np.square(each - answers.truth).tolist() for each in (answers.probabilities, model.prevalence))
    slices = [f"{labels.LABEL} = {label}" for label in holdout[labels.LABEL].to_list()]
    return Evaluation(measured(model, answers), losses, "rows", MEASURE, baseline, BASELINE, slices)


def ask(model: Model, rows: pl.DataFrame) -> Answers:
    """The model's answers to all rows."""
    matrix = model.encoding.of(rows)
    return Answers(matrix, model.probabilities(matrix), labels.truths(rows[labels.LABEL], model.pair))


def measured(model: Model, answers: Answers) -> dict[str, float]:
    """The metrics of all rows with a known label.

    `precision`, `recall` and `f1` are those of the risk at `threshold`; `pr_auc` is the average precision; `brier` the
    mean squared error of its probability; `ece` the expected calibration error over 10 equal bins of it (Naeini et al.,
    AAAI 2015). `roc_auc` and `pr_auc` are missing where all rows have one label.
    """
    known = ~np.isnan(answers.truth)
    truth, probabilities = answers.truth[known], answers.probabilities[known]
    counts = {"samples": float(len(truth)), "threshold": model.threshold}
    if not len(truth):
        return counts
    return {
        **_called(truth, (probabilities >= model.threshold).astype(np.float64)),
        **_ranked(truth, probabilities),
        "brier": float(np.mean(np.square(probabilities - truth))),
        "ece": _calibration_gap(truth, probabilities),
        "prevalence": float(truth.mean()),
        **counts,
    }


def _called(truth: Matrix, risky: Matrix) -> dict[str, float]:
    right = float((truth * risky).sum())
    called, risks = float(risky.sum()), float(truth.sum())
    return {
        "accuracy": float(np.mean(truth == risky)),
        "precision": right / called if called else 0.0,
        "recall": right / risks if risks else 0.0,
        "f1": 2 * right / (called + risks) if called + risks else 0.0,
    }


def _ranked(truth: Matrix, probabilities: Matrix) -> dict[str, float]:
    from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: PLC0415

    if truth.min() == truth.max():
        return {}
    return {
        "roc_auc": float(roc_auc_score(truth, probabilities)),
        "pr_auc": float(average_precision_score(truth, probabilities)),
    }


def _calibration_gap(truth: Matrix, probabilities: Matrix) -> float:
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    said = np.bincount(bins, weights=probabilities, minlength=BINS)
    happened = np.bincount(bins, weights=truth, minlength=BINS)
    return float(np.abs(said - happened).sum() / len(truth))
