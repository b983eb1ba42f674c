"""Where the settings of a classification training are chosen by cross-validation on its training rows."""

from functools import partial

import numpy as np

from trainer.trainers import wording
from trainer.trainers.classification import calibration, learning
from trainer.trainers.classification.learning import Lesson
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.kind import UnfitTrainingRows, Workshop
from trainer.trainers.searching import trials
from trainer.trainers.searching.parameters import Optimize
from trainer.trainers.searching.space import Choice, Range, Settings, Space
from trainer.trainers.searching.trials import Found, Search

SEARCHING = 0.6
TRIALS_FOR_A_MEMBER = 3
FEATURES = (20_000, 50_000, 100_000, 200_000)


def candidates(
    lesson: Lesson, parameters: ClassificationParameters, workshop: Workshop
) -> tuple[list[ClassificationParameters], Found | None]:
    """The settings to train with, one for each member, and what a search for them found, if there was one.

    An ensemble without `optimize` is found in three trials a member.
    """
    if parameters.optimize is None and parameters.ensemble == 1:
        return [parameters], None
    optimize = parameters.optimize or Optimize(trials=TRIALS_FOR_A_MEMBER * parameters.ensemble)
    usual = _usual(lesson, parameters)
    search = Search(_space(usual), usual, optimize, parameters.seed, span=(0.0, SEARCHING))
    found = trials.search(partial(_wrong, lesson, parameters), search, workshop)
    return [_with(parameters, trial.settings) for trial in found.best(parameters.ensemble)], found


def _usual(lesson: Lesson, parameters: ClassificationParameters) -> Settings:
    return {
        "c": parameters.c,
        "word_run": parameters.word_run,
        "character_run": parameters.character_run,
        "max_features": parameters.max_features,
        "min_rows": parameters.min_rows or wording.usual_rows(len(lesson.texts)),
    }


def _space(usual: Settings) -> Space:
    """Everything around the usual settings, which have to lie within."""
    c, rows = float(usual["c"] or 1), int(usual["min_rows"] or 1)
    return {
        "c": Range(min(0.05, c), max(20.0, c), log=True),
        "word_run": Range(1, 3),
        "character_run": Range(3, 6),
        "max_features": Choice(tuple(sorted({*FEATURES, int(usual["max_features"] or 0)}))),
        "min_rows": Range(1, max(4, rows)),
    }


def _with(parameters: ClassificationParameters, settings: Settings) -> ClassificationParameters:
    return parameters.model_copy(update=dict(settings))


def _wrong(lesson: Lesson, parameters: ClassificationParameters, settings: Settings) -> float:
    """The share of wrong answers to unseen rows, as a mean over the outputs."""
    tried = _with(parameters, settings)
    try:
        _, matrix = wording.fit(lesson.texts, learning.reading(tried))
    except UnfitTrainingRows:
        return float("nan")
    shares: list[float] = []
    for output in lesson.outputs:
        unseen = calibration.unseen(learning.problem(matrix, output, tried), _quietly)
        shares.append(float(np.mean(unseen.margins.argmax(axis=1) != unseen.codes)))
    return float(np.mean(shares))


def _quietly(_: float) -> None:
    """Trials are told of as a whole."""
