"""Where it is kept which terms occur in which passages, and how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from trainer.trainers.rag import language as languages
from trainer.trainers.rag.parameters import Language

Numbers = NDArray[np.integer[Any]]
Step = Callable[[float], None]
MOST_COUNTED = 255
TEXTS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Postings:
    """Row by row the codes of the terms that occur in it, ascending, each with its count (up to 255).

    Those of row `r` are `terms[starts[r]:starts[r + 1]]` and `counts[...]`: int32 and uint8; `starts` is int64.
    `lengths`: the words of every row, int32.
    """

    starts: Numbers
    terms: Numbers
    counts: Numbers
    lengths: Numbers

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def take(self, rows: Numbers) -> "Postings":
        """The rows at these positions, in this order."""
        sizes = np.diff(self.starts)[rows]
        starts = _ends(sizes)
        places = np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], sizes)
        return Postings(starts, self.terms[places], self.counts[places], self.lengths[rows])

    def only(self, slots: Numbers) -> "Postings":
        """The same rows with term `t` called `slots[t]`, without those where that is negative."""
        renamed = slots[self.terms]
        kept = np.flatnonzero(renamed >= 0)
        return Postings(np.searchsorted(kept, self.starts), renamed[kept], self.counts[kept], self.lengths)

    def matrix(self, width: int) -> csr_array:
        """The counts as a matrix of rows and terms, uint8."""
        return csr_array((self.counts, self.terms, self.starts), shape=(self.rows, width))


def joined(parts: Sequence[Postings]) -> Postings:
    """The rows of all parts, one part below the other."""
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    columns = zip(*((part.terms, part.counts, part.lengths) for part in parts), strict=True)
    return Postings(_ends(sizes), *(np.concatenate(column) for column in columns))


def read(texts: pl.Series, known: pl.Series, language: Language, step: Step) -> tuple[Postings, pl.Series]:
    """The postings of texts, and all terms by code: the known ones first, then those seen for the first time, sorted.

    `step` is called with the share done.
    """
    blocks: list[_Block] = []
    for first in range(0, texts.len(), TEXTS_AT_ONCE):
        blocks.append(_Block.of(texts.slice(first, TEXTS_AT_ONCE)))
        step(first / texts.len())
    words = pl.concat([block.words for block in blocks]).unique().sort() if blocks else known.clear()
    stems = pl.Series("term", languages.stems(words.to_list(), language), dtype=pl.String)
    numbered = _numbered(stems, known)
    fresh = stems.filter((stems != "") & ~stems.is_in(numbered["term"].implode())).unique().sort()
    added = pl.DataFrame({"term": fresh, "code": np.arange(known.len(), known.len() + fresh.len(), dtype=np.int32)})
    codes = pl.DataFrame({"word": words, "term": stems}).join(pl.concat([numbered, added]), on="term", how="left")
    terms = pl.concat([known, fresh])
    return joined([block.postings(codes, terms.len()) for block in blocks] or [_NONE]), terms


def codes(stems: Sequence[str], terms: pl.Series) -> Numbers:
    """The codes of stems among all terms, -1 for those that are no term."""
    asked = pl.Series("term", stems, dtype=pl.String)
    found = asked.to_frame().join(_numbered(asked, terms), on="term", how="left", maintain_order="left")
    return found["code"].fill_null(-1).to_numpy()


@dataclass(frozen=True)
class _Block:
    """Some texts: how many words each has, the position of each word in the sorted `words`."""

    sizes: Numbers
    places: Numbers
    words: pl.Series

    @staticmethod
    def of(texts: pl.Series) -> "_Block":
        found = languages.words(texts)
        flat = found.explode(empty_as_null=False).alias("word")
        words = flat.unique().sort()
        places = flat.cast(pl.Enum(words)).to_physical().to_numpy() if words.len() else np.empty(0, np.int32)
        return _Block(found.list.len().to_numpy(), places, words)

    def postings(self, codes: pl.DataFrame, width: int) -> Postings:
        here = self.words.to_frame().join(codes, on="word", how="left", maintain_order="left")
        named = here["code"].fill_null(-1).cast(pl.Int32).to_numpy()[self.places]
        kept = np.flatnonzero(named >= 0)
        starts = np.searchsorted(kept, _ends(self.sizes))
        matrix = csr_array((np.ones(len(kept), np.int32), named[kept], starts), shape=(len(starts) - 1, max(1, width)))
        matrix.sum_duplicates()
        counts = np.minimum(matrix.data, MOST_COUNTED).astype(np.uint8)
        lengths = np.diff(starts).astype(np.int32)
        return Postings(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), counts, lengths)


_NONE = Postings(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int32))


def _numbered(stems: pl.Series, terms: pl.Series) -> pl.DataFrame:
    """The terms that are among the stems, with their codes; it is the many terms that are looked up among few stems."""
    codes = terms.is_in(stems.unique().implode()).arg_true()
    return pl.DataFrame({"term": terms.gather(codes), "code": codes.cast(pl.Int32)})


def _ends(sizes: Numbers) -> Numbers:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
