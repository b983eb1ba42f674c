"""Where a risk is trained, from a snapshot to an artifact with its metrics and card."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers.kind import Report, Snapshot, Trained, UnfitTrainingRows, Workshop
from trainer.trainers.risk import calibration, card, choosing, columns, encoding, labels, scoring, windows
from trainer.trainers.risk.choosing import Chosen, Contest
from trainer.trainers.risk.columns import Recognised
from trainer.trainers.risk.dividing import require_trainable
from trainer.trainers.risk.encoding import Encoding
from trainer.trainers.risk.labels import LABEL
from trainer.trainers.risk.members import Member
from trainer.trainers.risk.methods import Problem
from trainer.trainers.risk.model import Model, dump, load
from trainer.trainers.risk.parameters import RiskParameters

MOST_COMPARED = 60_000
READING, COMPARING, FITTING, MEASURING, EXPLAINING = 0.0, 0.1, 0.6, 0.9, 0.93


@dataclass(frozen=True)
class _Lesson:
    """What there is to learn: rows as a problem, what their columns hold, and which label is the risk."""

    pair: tuple[str, str]
    recognised: Recognised
    encoding: Encoding
    problem: Problem


def train(snapshot: Snapshot, parameters: RiskParameters, workshop: Workshop) -> Trained:
    """Choose methods on the newest of the training rows, fit them on all, and measure the artifact on the holdout.

    Raises `UnfitTrainingRows` if there are no two labels, no column to learn from, or nothing to measure on.
    """
    require_trainable(snapshot)
    workshop.report.progress(READING, "reading columns", f"{snapshot.train.height} rows")
    used = windows.latest(snapshot.train, parameters.max_rows, parameters.seed)
    lesson = _lesson(used, parameters)
    contest, compared = _contest(used, lesson, parameters.seed)
    chosen = choosing.choose(contest, parameters, workshop)
    model = _model(lesson, contest, chosen, parameters, workshop.report)
    learnt = card.Learnt(lesson.recognised, lesson.problem.matrix, lesson.problem.truth, compared)
    return _measured(dump(model), card.Making(snapshot, parameters, learnt, chosen), workshop.report)


def _lesson(used: pl.DataFrame, parameters: RiskParameters) -> _Lesson:
    labels.require_two(used[LABEL], "The part of the data to learn from")
    pair = labels.positive(used[LABEL], parameters.positive)
    recognised = columns.recognise(used, parameters.ignore)
    if not recognised.features:
        raise UnfitTrainingRows("The part of the data to learn from has no column that differs from row to row.")
    known = encoding.learn(used, recognised.features)
    problem = Problem(known.of(used), labels.truths(used[LABEL], pair), known.categories, parameters.seed)
    return _Lesson(pair, recognised, known, problem)


def _contest(used: pl.DataFrame, lesson: _Lesson, seed: int) -> tuple[Contest, str]:
    rows = windows.latest(used, MOST_COMPARED, seed)
    problem = lesson.problem
    if rows.height < used.height:
        truth = labels.truths(rows[LABEL], lesson.pair)
        problem = Problem(lesson.encoding.of(rows), truth, problem.categories, seed)
    found, described = windows.windows(rows, problem.truth, seed)
    contest = Contest(problem, found)
    if not found or len(np.unique(contest.truth)) < len(lesson.pair):
        raise UnfitTrainingRows(
            f"The rows labelled '{lesson.pair[0]}' belong to so few entities that nothing could be compared on others."
        )
    return contest, described


def _model(lesson: _Lesson, contest: Contest, chosen: Chosen, parameters: RiskParameters, report: Report) -> Model:
    calibrated = calibration.learn(chosen.answers, contest.truth, parameters.calibrate)
    threshold = parameters.threshold
    if threshold is None:
        threshold = calibration.threshold(calibrated.of(chosen.answers), contest.truth)
    members: list[Member] = []
    for place, candidate in enumerate(chosen.members):
        share = FITTING + place / len(chosen.members) * (MEASURING - FITTING)
        report.progress(share, "learning from all rows", f"{candidate.method}, {len(lesson.problem.truth)} rows")
        members.append(choosing.grown(candidate, lesson.problem))
    prevalence = float(lesson.problem.truth.mean())
    return Model(lesson.pair, prevalence, lesson.encoding, tuple(members), calibrated, threshold)


def _measured(artifact: bytes, making: card.Making, report: Report) -> Trained:
    """The training's result; all that is said of the model is measured with the stored one."""
    model, holdout = load(artifact), making.snapshot.holdout
    report.progress(MEASURING, "measuring on the holdout", f"{holdout.height} rows")
    answers = scoring.ask(model, holdout)
    metrics = scoring.measured(model, answers)
    for name in ("roc_auc", "pr_auc", "brier"):
        if name in metrics:
            report.metric(name, metrics[name])
    report.progress(EXPLAINING, "measuring what columns bring", f"{len(model.encoding.features)} columns")
    written = card.write(making, model, answers)
    report.progress(1.0, "trained", f"Brier score {metrics.get('brier', 0.0):.4f}")
    return Trained(artifact, metrics, {**written, "metrics": metrics})
