"""Where one member of a classifier is learnt: how to read texts, margins and confidence for every output."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from trainer.trainers import wording
from trainer.trainers.archive import Floats
from trainer.trainers.classification import calibration, margins
from trainer.trainers.classification.calibration import Calibration, Codes, Unseen
from trainer.trainers.classification.margins import Margins, Problem, Step
from trainer.trainers.classification.model import Member
from trainer.trainers.classification.outputs import Output
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.wording import Reading

CALIBRATING = 0.35

Tell = Callable[[float, str], None]
"""Called with the share of the work that is done and what is now being done."""


@dataclass(frozen=True)
class Lesson:
    """All texts to learn from, and what they say of each output."""

    texts: list[str]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Learnt:
    """A member, and for every output its probabilities (rows, labels) of rows that these did not learn from."""

    member: Member
    unseen: tuple[Floats, ...]
    codes: tuple[Codes, ...]


def learn(lesson: Lesson, parameters: ClassificationParameters, tell: Tell) -> Learnt:
    """Learn a member. Raises `UnfitTrainingRows` if no text holds a word."""
    features, matrix = wording.fit(lesson.texts, reading(parameters))
    learnt = [
        _output(problem(matrix, output, parameters), _part(tell, place, len(lesson.outputs)))
        for place, output in enumerate(lesson.outputs)
    ]
    member = Member(features, tuple(fitted for fitted, _, _ in learnt), tuple(sure for _, sure, _ in learnt))
    probabilities = tuple(sure.probabilities(rows.margins) for _, sure, rows in learnt)
    return Learnt(member, probabilities, tuple(rows.codes for _, _, rows in learnt))


def reading(parameters: ClassificationParameters) -> Reading:
    """How these parameters want texts read."""
    return Reading(parameters.word_run, parameters.character_run, parameters.max_features, parameters.min_rows)


def problem(matrix: csr_array, output: Output, parameters: ClassificationParameters) -> Problem:
    """What is to be learnt of one output, from the rows that have a label."""
    rows = matrix if len(output.rows) == matrix.shape[0] else csr_array(matrix[output.rows])
    return Problem(rows, output.codes, len(output.labels), parameters.c, parameters.seed)


def strangers(member: Member, texts: Sequence[str]) -> Floats:
    """How sure a member is of its best label of the main output; none of these texts was learnt from."""
    if not texts:
        return np.empty((0, 1), np.float32)
    return member.calibrations[0].probabilities(member.margins[0].of(member.features.of(texts)))


def _output(asked: Problem, tell: Tell) -> tuple[Margins, Calibration, Unseen]:
    measured = calibration.unseen(asked, lambda share: tell(share * CALIBRATING, "calibrating confidence"))
    fitted = margins.fit(asked, _rest(tell))
    return fitted, calibration.calibrated(measured.margins, measured.codes), measured


def _rest(tell: Tell) -> Step:
    return lambda share: tell(CALIBRATING + share * (1 - CALIBRATING), "learning labels")


def _part(tell: Tell, part: int, parts: int) -> Tell:
    return lambda share, step: tell((part + share) / parts, step)
