"""Where questions that have been answered are found again by what they say: the cosine of TF-IDF features."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from trainer.trainers import wording
from trainer.trainers.archive import Array, Floats
from trainer.trainers.wording import Features, Reading

HALVES = 2
AT_ONCE = 256
MOST_FEATURES = 60_000
READING = Reading(word_run=2, character_run=4, max_features=MOST_FEATURES)


@dataclass(frozen=True)
class Index:
    """How to read texts, and the features of the questions, one row each, of shape (questions, terms).

    `turned` is the same matrix with terms as rows, which finds all similarities of a text at once.
    """

    features: Features
    questions: csr_array
    turned: csr_array

    def similarities(self, texts: Sequence[str]) -> Iterator[Floats]:
        """For a few texts at a time, how similar each is to every question (0 to 1), of shape (texts, questions)."""
        for start in range(0, len(texts), AT_ONCE):
            read = self.features.of(texts[start : start + AT_ONCE])
            yield np.minimum((read @ self.turned).toarray() / np.float32(HALVES), 1)

    def nearest(self, texts: Sequence[str], count: int) -> list[tuple[NDArray[np.int64], Floats]]:
        """For each text the rows of the most similar questions, the nearest first, and their similarities."""
        return [_highest(row, count) for part in self.similarities(texts) for row in part]


def build(texts: Sequence[str]) -> Index:
    """The index of these questions; raises `UnfitTrainingRows` if none holds a word or a number."""
    features, matrix = wording.fit(texts, READING)
    return Index(features, matrix, csr_array(matrix.T))


def stored(index: Index) -> tuple[dict[str, Any], dict[str, Array]]:
    """The facts and arrays that an artifact needs to restore an index."""
    facts, arrays = wording.stored(index.features)
    matrix = index.questions
    sparse = {
        "values": matrix.data.astype(np.float32),
        "columns": matrix.indices.astype(np.int32),
        "ends": matrix.indptr.astype(np.int64),
    }
    return facts, {**arrays, **sparse}


def restored(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> Index:
    """The index that was stored as these; raises KeyError, TypeError or ValueError if they do not fit together."""
    features = wording.restored(facts, arrays)
    values, columns, ends = arrays["values"], arrays["columns"], arrays["ends"]
    matrix = csr_array((values, columns, ends), shape=(len(ends) - 1, wording.terms(features)))
    matrix.check_format(full_check=True)
    return Index(features, matrix, csr_array(matrix.T))


def _highest(similarities: Floats, count: int) -> tuple[NDArray[np.int64], Floats]:
    """Of equally similar questions the earlier ones come first."""
    if count < len(similarities):
        bound = np.partition(similarities, -count)[-count]
        rows = np.flatnonzero(similarities >= bound)
    else:
        rows = np.arange(len(similarities))
    best = rows[np.argsort(-similarities[rows], kind="stable")][:count]
    return best, similarities[best]
