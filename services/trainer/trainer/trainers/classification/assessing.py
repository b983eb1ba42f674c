"""Where given labels are doubted: how likely a classifier that never saw a text finds the label people gave it.

Out-of-fold probabilities of the given label, known as self-confidence (Northcutt, Jiang, Chuang: Confident Learning,
JAIR 2021, section 3), by the same features and margins that classifiers are trained with. Equal texts share a fold,
else a text would vouch for its own label, or a duplicate with another label would speak against it twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trainer.trainers import duplicates, wording
from trainer.trainers.archive import Floats
from trainer.trainers.classification import calibration, margins
from trainer.trainers.classification.margins import Codes, Problem, Step
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.kind import UnfitTrainingRows
from trainer.trainers.wording import Reading

FOLDS = 5
FEWEST_TEXTS = 5
FEWEST_LABELS = 2
CALIBRATED_ROWS = 20_000
SETTINGS = ClassificationParameters()


@dataclass(frozen=True)
class Doubt:
    """What a classifier that learnt from others finds: `p` of the given label, and the likeliest label with its own.

    It knows a label from `texts_per_label` different texts in the mean.
    """

    p: float
    likely: str
    p_likely: float
    texts_per_label: int


def assess(texts: Sequence[str], labels: Sequence[str], step: Step) -> list[Doubt | None]:
    """Judge every given label by a classifier that learnt from other texts; calls `step` with the share done.

    None where a label has fewer than 5 different texts: nothing could be learnt of it. The same texts and labels in
    the same order give the same answer. Raises `UnfitTrainingRows` if fewer than two labels can be learnt, or no text
    holds a word.
    """
    groups = _groups(texts)
    clean = [label.strip() for label in labels]
    counts = Counter(label for label, _ in set(zip(clean, groups.tolist(), strict=True)))
    learnt = sorted(label for label, count in counts.items() if count >= FEWEST_TEXTS)
    if len(learnt) < FEWEST_LABELS:
        raise UnfitTrainingRows(f"Fewer than two labels have {FEWEST_TEXTS} different texts to learn from.")
    places = {label: code for code, label in enumerate(learnt)}
    rows = [row for row, label in enumerate(clean) if label in places]
    codes = np.array([places[clean[row]] for row in rows], np.int64)
    probabilities = _unseen([texts[row] for row in rows], codes, groups[rows], step)
    doubts: list[Doubt | None] = [None] * len(texts)
    texts_per_label = sum(counts[label] for label in learnt) // len(learnt)
    for row, code, found in zip(rows, codes.tolist(), probabilities, strict=True):
        best = int(found.argmax())
        doubts[row] = Doubt(float(found[code]), learnt[best], float(found[best]), texts_per_label)
    return doubts


def _groups(texts: Sequence[str]) -> Codes:
    """A number for every text, the same for texts that differ in case, punctuation and spaces alone."""
    given = pl.Series(list(texts), dtype=pl.String)
    read = duplicates.normalised(given)
    return pl.select(pl.when(read == "").then(given).otherwise(read).rank("dense")).to_series().to_numpy().astype(int)


def _unseen(texts: list[str], codes: Codes, groups: Codes, step: Step) -> Floats:
    """Calibrated probabilities (rows, labels) of rows by margins that were fitted on other texts."""
    reading = Reading(SETTINGS.word_run, SETTINGS.character_run, SETTINGS.max_features, SETTINGS.min_rows)
    _, features = wording.fit(texts, reading)
    problem = Problem(features, codes, int(codes.max()) + 1, SETTINGS.c, SETTINGS.seed)
    folds = _folds(codes, groups)
    found = np.empty((len(codes), problem.labels), np.float32)
    for fold in range(FOLDS):
        held = folds == fold
        seen = replace(problem, features=features[~held], codes=codes[~held])
        found[held] = margins.fit(seen, lambda share, fold=fold: step((fold + share) / FOLDS)).of(features[held])
    part = np.random.default_rng(SETTINGS.seed).permutation(len(codes))[:CALIBRATED_ROWS]
    return calibration.calibrated(found[part], codes[part]).probabilities(found)


def _folds(codes: Codes, groups: Codes) -> Codes:
    """A fold for every row: equal texts share one, and each fold has about its share of every label."""
    members, first, of_row = np.unique(groups, return_index=True, return_inverse=True)
    shuffled = np.random.default_rng(SETTINGS.seed).permutation(len(members))
    by_label = shuffled[np.argsort(codes[first[shuffled]], kind="stable")]
    folds = np.empty(len(members), np.int64)
    folds[by_label] = np.arange(len(by_label)) % FOLDS
    return folds[of_row]
