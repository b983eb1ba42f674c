"""Where texts become numbers: weighted words and runs of words, beside weighted pieces of words.

TF-IDF with a logarithmic term frequency, each half of unit length (Manning, Raghavan, Schütze: Introduction to
Information Retrieval, 2008, section 6.4). Pieces of words stay within words, so that misspellings remain close. Of
a text longer than 20,000 characters only the beginning is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from trainer.trainers.archive import Array, Floats
from trainer.trainers.kind import UnfitTrainingRows

SHORTEST_PIECE = 2
FEW_TEXTS = 1_000
LONGEST_READ = 20_000
HALVES = ("words", "pieces")
WORD = r"(?u)\b\w+\b"


@dataclass(frozen=True)
class Reading:
    """What is learnt of texts: the longest run of words and of characters, how many terms, in how many rows at least.

    `max_features` is for both halves together; without `min_rows` it is 1 below 1,000 texts, else 2.
    """

    word_run: int = 2
    character_run: int = 5
    max_features: int = 100_000
    min_rows: int | None = None


@dataclass(frozen=True)
class Vocabulary:
    """Terms in the order of their columns, the longest run of units in a term, and the rarity weight of each term."""

    terms: list[str]
    longest: int
    rarity: Floats


@dataclass(frozen=True)
class Features:
    """Two halves, words and pieces of words; `of` gives one row a text, words first."""

    words: TfidfVectorizer
    pieces: TfidfVectorizer

    def of(self, texts: Sequence[str]) -> csr_array:
        """Texts as a sparse float32 matrix of shape (texts, terms of both halves)."""
        read = _beginnings(texts)
        halves: list[Any] = [half.transform(read) for half in (self.words, self.pieces)]
        return csr_array(hstack(halves, format="csr"))


def fit(texts: Sequence[str], reading: Reading) -> tuple[Features, csr_array]:
    """Learn the terms of these texts, and give the features of the texts too.

    If a half has no term in enough rows, it learns those of single rows.
    Raises `UnfitTrainingRows` if no text holds a letter or a digit.
    """
    fewest_rows = reading.min_rows or usual_rows(len(texts))
    features = Features(_words(reading.word_run), _pieces(reading.character_run))
    learnt: list[csr_array] = []
    for half in (features.words, features.pieces):
        half.set_params(max_features=reading.max_features // 2)
        learnt.append(_learn(half, _beginnings(texts), fewest_rows))
    return features, csr_array(hstack(learnt, format="csr"))


def usual_rows(texts: int) -> int:
    """In how many of so many texts a term has to occur if nobody says."""
    return 1 if texts < FEW_TEXTS else 2


def stored(features: Features) -> tuple[dict[str, Any], dict[str, Floats]]:
    """The facts and the arrays, named `words` and `pieces`, that an artifact needs to restore features."""
    halves = {name: _vocabulary(half) for name, half in (("words", features.words), ("pieces", features.pieces))}
    facts = {name: {"terms": half.terms, "longest": half.longest} for name, half in halves.items()}
    return facts, {name: half.rarity for name, half in halves.items()}


def restored(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> Features:
    """The features that were stored as these; raises KeyError, TypeError or ValueError if they do not fit together."""
    words, pieces = (Vocabulary(facts[half]["terms"], facts[half]["longest"], arrays[half]) for half in HALVES)
    for half in (words, pieces):
        if half.rarity.shape != (len(half.terms),):
            raise ValueError(f"{len(half.terms)} terms do not fit weights of shape {half.rarity.shape}")
    return Features(_with(words, _words(words.longest)), _with(pieces, _pieces(pieces.longest)))


def terms(features: Features) -> int:
    """How many terms both halves have."""
    return len(features.words.idf_) + len(features.pieces.idf_)


def _vocabulary(half: TfidfVectorizer) -> Vocabulary:
    return Vocabulary(half.get_feature_names_out().tolist(), half.ngram_range[1], half.idf_.astype(np.float32))


def _beginnings(texts: Sequence[str]) -> list[str]:
    return [text[:LONGEST_READ] for text in texts]


def _words(longest: int) -> TfidfVectorizer:
    return _half("word", 1, longest).set_params(token_pattern=WORD)


def _pieces(longest: int) -> TfidfVectorizer:
    return _half("char_wb", SHORTEST_PIECE, longest)


def _half(unit: str, shortest: int, longest: int) -> TfidfVectorizer:
    half = TfidfVectorizer(
        analyzer=unit, ngram_range=(shortest, longest), strip_accents="unicode", lowercase=True, sublinear_tf=True
    )
    return half.set_params(dtype=np.float32)


def _learn(half: TfidfVectorizer, texts: Sequence[str], fewest_rows: int) -> csr_array:
    try:
        learnt: Any = half.set_params(min_df=fewest_rows).fit_transform(texts)
    except ValueError as error:
        if fewest_rows == 1:
            raise UnfitTrainingRows("None of the texts to train on holds a word or a number.") from error
        return _learn(half, texts, 1)
    return csr_array(learnt)


def _with(known: Vocabulary, half: TfidfVectorizer) -> TfidfVectorizer:
    half.set_params(vocabulary=known.terms)
    half.idf_ = known.rarity
    return half
