"""Where a classifier is trained, from a snapshot to an artifact with its metrics and card."""

import numpy as np
import polars as pl

from trainer.trainers.classification import calibration, card, features, margins, scoring
from trainer.trainers.classification.margins import Problem, Step
from trainer.trainers.classification.model import Model, dump, load
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.classification.rows import require_trainable
from trainer.trainers.kind import Report, Snapshot, Trained, Workshop

READING, CALIBRATING, FITTING, MEASURING = 0.0, 0.1, 0.4, 0.95


def train(snapshot: Snapshot, parameters: ClassificationParameters, workshop: Workshop) -> Trained:
    """Fit on the training rows, calibrate on parts of them, and measure the stored artifact on the holdout.

    Raises `UnfitTrainingRows` if there are no two labels to learn or nothing to measure on.
    """
    require_trainable(snapshot)
    report = workshop.report
    used = _sampled(snapshot.train, parameters)
    report.progress(READING, "reading words", f"{used.height} texts")
    known, matrix = features.fit(used["text"].to_list(), parameters)
    labels, codes = np.unique(np.array(used["label"].to_list()), return_inverse=True)
    problem = Problem(matrix, codes, len(labels), parameters.c, parameters.seed)
    confidence = calibration.fit(problem, _stage(report, CALIBRATING, FITTING, "calibrating confidence"))
    fitted = margins.fit(problem, _stage(report, FITTING, MEASURING, "learning labels"))
    artifact = dump(Model(labels.tolist(), known, fitted, confidence))
    report.progress(MEASURING, "measuring on the holdout", f"{snapshot.holdout.height} texts")
    answers = scoring.ask(load(artifact), snapshot.holdout)
    metrics = scoring.measured(answers)
    for name in ("accuracy", "f1", "ece"):
        report.metric(name, metrics[name])
    report.progress(1.0, "trained", f"accuracy {metrics['accuracy']:.3f}")
    facts = card.Facts(snapshot, used, parameters, confidence, answers)
    return Trained(artifact, metrics, card.write(facts))


def _sampled(train: pl.DataFrame, parameters: ClassificationParameters) -> pl.DataFrame:
    if train.height <= parameters.max_samples:
        return train
    chosen = np.random.default_rng(parameters.seed).choice(train.height, parameters.max_samples, replace=False)
    return train[np.sort(chosen)]


def _stage(report: Report, start: float, end: float, step: str) -> Step:
    report.progress(start, step)
    return lambda share: report.progress(start + share * (end - start), step, f"{share:.0%}")
