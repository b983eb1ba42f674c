"""Where texts are counted: how long they are, and of what words they are made, in whatever language."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from feedback.drift import buckets
from feedback.drift.fields import Place

_READ = 500
"""Characters of a text whose words are read; its length is that of the whole."""
_FIRST_IDEOGRAPH = "\u2e80"


def of(texts: Sequence[str]) -> Counter[Place]:
    """Count texts."""
    split = [text[:_READ].lower().split() for text in texts]
    counted: Counter[Place] = Counter()
    for characters, count in Counter(map(len, texts)).items():
        counted["characters", "", buckets.length(characters)] += count
    for words, count in Counter(map(len, split)).items():
        counted["words", "", buckets.length(words)] += count
    for word, count in Counter(chain.from_iterable(split)).items():
        for piece in _pieces(word):
            counted["vocabulary", "", buckets.hashed(piece, buckets.WORDS)] += count
    return counted


def _pieces(word: str) -> Iterable[str]:
    """Give a word, or its pairs of characters where a language writes without spaces."""
    if word.isascii() or len(word) == 1 or max(word) < _FIRST_IDEOGRAPH:
        return (word,)
    return map("".join, pairwise(word))
