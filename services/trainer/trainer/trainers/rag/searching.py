"""Where queries are held against all passages, by their words and by their meaning, and documents are ranked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers.archive import Floats
from trainer.trainers.rag import language as languages
from trainer.trainers.rag import postings
from trainer.trainers.rag.generation import Generation
from trainer.trainers.rag.parameters import Language
from trainer.trainers.rag.postings import Numbers

SATURATION, LENGTH_SHARE = 1.2, 0.75
CHARACTERS_READ = 10_000
QUERIES_AT_ONCE = 32
SMALLEST = 1e-9
Ranking = tuple[Numbers, Floats]
"""Positions of documents, best first, and their scores."""


@dataclass(frozen=True)
class Asked:
    """A query: the columns of its terms, how often each occurs in it, and its vector."""

    columns: Numbers
    counts: Floats
    vector: Floats


@dataclass(frozen=True)
class Scores:
    """How well every passage answers a query, by words and by meaning: both from 0 to 1, where 1 is the best's."""

    words: Floats
    meaning: Floats

    def fused(self, weight: float) -> Floats:
        """Their convex combination (Bruch, Gai and Ingber, ACM TOIS 2023); `weight` is the share of the words."""
        share = np.float32(weight)
        return (share * self.words + (1 - share) * self.meaning).astype(np.float32, copy=False)


@dataclass(frozen=True)
class Index:
    """A generation laid out for searching: what is gone is left out, and terms lead to passages.

    `columns` leads from a stem to its column. The passages of column `c` are `rows[starts[c]:starts[c + 1]]`, with
    `counts`. `norms` is what the length of each passage adds in BM25. `first` is each document's first passage.
    `axes` of shape (columns, dimensions) is the vector of every column times its rarity.
    """

    language: Language
    documents: pl.DataFrame
    spans: Numbers
    first: Numbers
    columns: dict[str, int]
    starts: Numbers
    rows: Numbers
    counts: Numbers
    norms: Floats
    axes: Floats
    vectors: Floats

    def read(self, queries: Sequence[str]) -> list[Asked]:
        """Bring queries into the form that passages are compared with; any characters will do."""
        return [self._asked(columns) for columns in self.found(query[:CHARACTERS_READ] for query in queries)]

    def found(self, texts: Iterable[str]) -> list[list[int]]:
        """The columns of all words in each text, in order; words that no passage has are left out."""
        cleaned = [text.encode("utf-8", "replace").decode() for text in texts]
        words: list[list[str]] = languages.words(pl.Series(cleaned, dtype=pl.String)).to_list()
        stems = iter(languages.stems([word for each in words for word in each], self.language))
        known = [[self.columns.get(next(stems), -1) for _ in each] for each in words]
        return [[column for column in each if column >= 0] for each in known]

    def scores(self, asked: Sequence[Asked]) -> Iterator[Scores]:
        """Compare queries with all passages, one after the other."""
        for start in range(0, len(asked), QUERIES_AT_ONCE):
            block = asked[start : start + QUERIES_AT_ONCE]
            by_meaning = np.stack([each.vector for each in block]) @ self.vectors.T
            for each, meaning in zip(block, by_meaning, strict=True):
                yield Scores(_scaled(self._by_words(each)), _scaled(meaning))

    def ranked(self, scores: Floats, most: int) -> Ranking:
        """The documents with the best passages, at most so many, without those that score nothing."""
        best = np.maximum.reduceat(scores, self.first) if len(self.first) < len(scores) else scores
        chosen = np.argpartition(-best, most)[:most] if most < len(best) else np.arange(len(best))
        chosen = chosen[best[chosen] > 0]
        order = chosen[np.lexsort((chosen, -best[chosen]))]
        return order, best[order]

    def rarity(self, columns: Numbers) -> Floats:
        """The inverse document frequency of terms, above 0 as Lucene's."""
        found = self.starts[columns + 1] - self.starts[columns]
        return np.log1p((len(self.norms) - found + 0.5) / (found + 0.5)).astype(np.float32)

    def _asked(self, found: list[int]) -> Asked:
        known = Counter(found)
        columns = np.fromiter(known.keys(), np.int64, len(known))
        counts = np.fromiter(known.values(), np.float32, len(known))
        vector = (1 + np.log(counts)) @ self.axes[columns]
        return Asked(columns, counts, vector / max(float(np.linalg.norm(vector)), 1e-9))

    def _by_words(self, asked: Asked) -> Floats:
        """BM25 (Robertson and Zaragoza, Foundations and Trends in IR 2009, section 3.3)."""
        total = np.zeros(len(self.norms), np.float32)
        worth = self.rarity(asked.columns) * asked.counts * np.float32(SATURATION + 1)
        for column, each in zip(asked.columns, worth, strict=True):
            held = slice(self.starts[column], self.starts[column + 1])
            rows, counts = self.rows[held], self.counts[held].astype(np.float32)
            total[rows] += each * counts / (counts + self.norms[rows])
        return total


def index(generation: Generation, queries: Sequence[str] | None = None) -> Index:
    """Lay a generation out for searching; for no other words than those of `queries`, where they are given."""
    alive = generation.alive_passages
    layers = generation.ground, generation.top
    columns, codes = _columns(generation, queries)
    slots = np.full(len(generation.terms), -1, np.int32)
    slots[codes] = np.arange(len(codes))
    parts = [layer.postings if queries is None else layer.postings.only(slots) for layer in layers]
    held = postings.joined(parts).take(np.flatnonzero(alive))
    table = held.matrix(max(1, len(codes))).tocsc()
    norms = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * held.lengths / max(1.0, float(held.lengths.mean())))
    spans = _spans(generation)[alive]
    first = np.flatnonzero(np.diff(spans[:, 0], prepend=-1))
    spans[:, 0] = np.cumsum(np.diff(spans[:, 0], prepend=spans[0, 0]) > 0)
    vectors = np.concatenate([layer.vectors for layer in layers])[alive].astype(np.float32)
    axes = _axes(generation, codes)
    return Index(
        generation.language, generation.documents.rechunk(), spans, first, columns,
        table.indptr, table.indices, table.data, norms.astype(np.float32), axes, vectors,
    )  # fmt: skip


def _columns(generation: Generation, queries: Sequence[str] | None) -> tuple[dict[str, int], Numbers]:
    """The column of each stem that may be asked for, and the code of the term of each column."""
    if queries is None:
        return {term: code for code, term in enumerate(generation.terms)}, np.arange(len(generation.terms))
    found = languages.words(pl.Series(queries, dtype=pl.String)).explode(empty_as_null=False)
    stems = sorted(set(languages.stems(found.to_list(), generation.language)))
    codes = postings.codes(stems, generation.terms)
    known = [stem for stem, code in zip(stems, codes, strict=True) if code >= 0]
    return {stem: column for column, stem in enumerate(known)}, codes[codes >= 0]


def _axes(generation: Generation, codes: Numbers) -> Floats:
    basis = generation.basis
    rows = np.concatenate([basis.slots, np.full(len(generation.terms) - len(basis.slots), -1, np.int32)])[codes]
    axes = np.zeros((len(codes), basis.axes.shape[1]), np.float32)
    axes[rows >= 0] = basis.axes[rows[rows >= 0]].astype(np.float32) * basis.rarity[rows[rows >= 0], None]
    return axes


def _spans(generation: Generation) -> Numbers:
    ground, top = generation.ground.spans, generation.top.spans
    return np.concatenate([ground, top + np.array([generation.ground.documents.height, 0, 0], np.int32)])


def _scaled(scores: Floats) -> Floats:
    best = float(scores.max(initial=0.0))
    return (np.maximum(scores, 0) / max(best, SMALLEST)).astype(np.float32, copy=False)
