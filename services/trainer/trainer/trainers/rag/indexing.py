"""Where the next generation of an index is made: what has not changed is taken from the one before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trainer.trainers.rag import language as languages
from trainer.trainers.rag import layers, meaning, postings
from trainer.trainers.rag.comparing import Changes, compare
from trainer.trainers.rag.generation import Generation, Making
from trainer.trainers.rag.layers import Cut, Layer
from trainer.trainers.rag.parameters import RagParameters
from trainer.trainers.rag.postings import Numbers, Step

MOST_CHANGED = 0.2
DEFAULT_WEIGHT = 0.7
Progress = Callable[[float, str, str], None]


@dataclass(frozen=True)
class Made:
    """A generation, what it changed about the one before, and whether all passages were made anew."""

    generation: Generation
    changes: Changes
    anew: bool


def make(documents: pl.DataFrame, parameters: RagParameters, previous: Generation | None, progress: Progress) -> Made:
    """Index documents (id, title, text, further fields, in order of their ids).

    Without a previous generation, with other settings than it was made with, when asked to, or when more than a fifth
    of the passages has changed since its terms and meanings were learnt, everything is made anew.
    """
    progress(0.0, "comparing documents", f"{documents.height:,} documents")
    making = Making.of(parameters)
    changes = compare(documents, previous)
    if previous is not None and previous.making == making and not parameters.reindex_all:
        fresh = _cut(documents.filter(pl.Series(~changes.unchanged)), making)
        if _share_changed(previous, changes, fresh) <= MOST_CHANGED:
            return Made(_renewed(previous, changes, fresh), changes, anew=False)
    return Made(_anew(documents, making, progress), changes, anew=True)


def _cut(documents: pl.DataFrame, making: Making) -> Cut:
    return layers.cut(documents, making.chunk_words, making.overlap_words)


def _share_changed(previous: Generation, changes: Changes, fresh: Cut) -> float:
    """The share of the passages that were not yet there, or are no longer there, since the ground was made."""
    old = int(changes.ground[previous.ground.spans[:, 0]].sum())
    new = int(changes.top[previous.top.spans[:, 0]].sum()) + len(fresh.spans)
    return (len(previous.ground.spans) - old + new) / max(1, old + new)


def _anew(documents: pl.DataFrame, making: Making, progress: Progress) -> Generation:
    progress(0.02, "cutting passages", f"{documents.height:,} documents")
    cut = _cut(documents, making)
    language = making.asked_language or languages.guess(cut.texts)
    read, terms = postings.read(cut.texts, _NO_TERMS, language, _within(progress, 0.1, 0.5, "reading words"))
    learning = _within(progress, 0.5, 0.7, "learning meanings")
    learning(0.0)
    basis = meaning.fit(read, terms.len(), making.dimensions, making.seed, learning)
    vectors = basis.vectors(read, terms.len(), _within(progress, 0.7, 0.95, "placing passages"))
    ground = Layer.of(cut, read, vectors)
    alive = np.ones(documents.height, np.bool_)
    top = ground.only(~alive)
    return Generation(making, language, terms, basis, ground, alive, top, DEFAULT_WEIGHT, "")


_NO_TERMS = pl.Series("term", [], dtype=pl.String)


def _renewed(previous: Generation, changes: Changes, fresh: Cut) -> Generation:
    """The generation before, its ground untouched but for documents that are gone, with another top."""
    layer, terms = _recalled(previous, fresh)
    top = layers.stacked(previous.top.only(changes.top), layer)
    return replace(previous, terms=terms, alive=changes.ground, top=top)


def _recalled(previous: Generation, fresh: Cut) -> tuple[Layer, pl.Series]:
    """The layer of new and changed documents; passages whose content was known by its hash are not made anew."""
    ground, top = previous.ground, previous.top
    places = _places(fresh.hashes, np.concatenate([ground.hashes, top.hashes]))
    is_top, is_new = places >= len(ground.hashes), places < 0
    in_ground, in_top = places[~is_top & ~is_new], places[is_top] - len(ground.hashes)
    read, terms = postings.read(fresh.texts.filter(pl.Series(is_new)), previous.terms, previous.language, _silent)
    vectors = previous.basis.vectors(read, terms.len(), _silent)
    pool = postings.joined([ground.postings.take(in_ground), top.postings.take(in_top), read])
    pool_vectors = np.concatenate([ground.vectors[in_ground], top.vectors[in_top], vectors])
    order = np.argsort(np.argsort(is_top + 2 * is_new, kind="stable"), kind="stable")
    return Layer.of(fresh, pool.take(order), pool_vectors[order]), terms


def _places(hashes: Numbers, known: Numbers) -> Numbers:
    """Where each hash is among the known ones, -1 for those that are not; it is the known ones that are many."""
    if not len(hashes):
        return np.empty(0, np.int64)
    ordered = np.sort(hashes)
    found = ordered[np.searchsorted(ordered, known).clip(max=len(ordered) - 1)] == known
    where = dict(zip(known[found].tolist(), np.flatnonzero(found).tolist(), strict=True))
    return np.array([where.get(each, -1) for each in hashes.tolist()])


def _within(progress: Progress, start: float, end: float, step: str) -> Step:
    return lambda share: progress(start + share * (end - start), step, f"{share:.0%}")


def _silent(_: float) -> None: ...
