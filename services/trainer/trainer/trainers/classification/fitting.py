"""Where a classifier is trained, from a snapshot to an artifact with its metrics and card."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from trainer.trainers.classification import card, learning, outputs, scoring, tuning, unknown
from trainer.trainers.classification.learning import Learnt, Lesson, Tell
from trainer.trainers.classification.measuring import measured
from trainer.trainers.classification.model import Frontier, Model, averaged
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.classification.rows import require_trainable
from trainer.trainers.classification.storing import dump, load
from trainer.trainers.kind import Report, Snapshot, Trained, Workshop

READING, MEASURING = 0.0, 0.95


def train(snapshot: Snapshot, parameters: ClassificationParameters, workshop: Workshop) -> Trained:
    """Fit on the training rows, calibrate on parts of them, and measure the stored artifact on the holdout.

    Raises `UnfitTrainingRows` if there are no two labels to learn or nothing to measure on.
    """
    require_trainable(snapshot, parameters.unknown_label)
    report = workshop.report
    used = _sampled(snapshot.train, parameters)
    require_trainable(replace(snapshot, train=used), parameters.unknown_label)
    report.progress(READING, "reading words", f"{used.height} texts")
    lesson = _lesson(used, parameters)
    chosen, found = tuning.candidates(lesson, parameters, workshop)
    learnt = _members(lesson, chosen, report, tuning.SEARCHING if found else READING)
    model = _model(lesson, learnt, _frontier(used, learnt, parameters))
    artifact = dump(model)
    report.progress(MEASURING, "measuring on the holdout", f"{snapshot.holdout.height} texts")
    sheets = scoring.ask(load(artifact), snapshot.holdout)
    metrics = measured(sheets)
    for name in ("accuracy", "f1", "ece"):
        report.metric(name, metrics[name])
    report.progress(1.0, "trained", f"accuracy {metrics['accuracy']:.3f}")
    facts = card.Facts(snapshot, used, parameters, model, sheets)
    return Trained(artifact, metrics, card.write(facts, metrics, found))


def _sampled(train: pl.DataFrame, parameters: ClassificationParameters) -> pl.DataFrame:
    if train.height <= parameters.max_samples:
        return train
    chosen = np.random.default_rng(parameters.seed).choice(train.height, parameters.max_samples, replace=False)
    return train[np.sort(chosen)]


def _lesson(used: pl.DataFrame, parameters: ClassificationParameters) -> Lesson:
    main, *others = outputs.of(used)
    taught = [outputs.taught(used, main, parameters.unknown_label), *(outputs.taught(used, name) for name in others)]
    return Lesson(used["text"].to_list(), tuple(taught))


def _members(lesson: Lesson, chosen: Sequence[ClassificationParameters], report: Report, start: float) -> list[Learnt]:
    share = (MEASURING - start) / len(chosen)
    named = [f"member {place + 1} of {len(chosen)}, " if len(chosen) > 1 else "" for place in range(len(chosen))]
    return [
        learning.learn(lesson, settings, _stage(report, start + place * share, share, named[place]))
        for place, settings in enumerate(chosen)
    ]


def _stage(report: Report, start: float, length: float, named: str) -> Tell:
    return lambda share, step: report.progress(start + share * length, step, f"{named}{share:.0%}")


def _frontier(used: pl.DataFrame, learnt: Sequence[Learnt], parameters: ClassificationParameters) -> Frontier:
    """Where known texts end, by unseen rows and those labelled unknown."""
    main = outputs.of(used)[0]
    strangers = used.filter(pl.col(main) == (parameters.unknown_label or ""))["text"].to_list()
    sure = averaged([learning.strangers(each.member, strangers) for each in learnt]).max(axis=1)
    bound = unknown.threshold(averaged([each.unseen[0] for each in learnt]), learnt[0].codes[0], sure)
    return Frontier(bound, parameters.unknown_label)


def _model(lesson: Lesson, learnt: Sequence[Learnt], frontier: Frontier) -> Model:
    names, labels = zip(*((output.name, output.labels) for output in lesson.outputs), strict=True)
    return Model(names, labels, tuple(each.member for each in learnt), frontier)
