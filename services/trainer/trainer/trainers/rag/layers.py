"""Where documents and all that was made of them lie side by side, to be kept, dropped and stacked together."""

from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.rag import passages, postings
from trainer.trainers.rag.meaning import Halves
from trainer.trainers.rag.postings import Numbers, Postings


@dataclass(frozen=True)
class Layer:
    """Documents and their passages.

    `documents`: id, title, text and further fields. `spans` of shape (passages, 3): position of the document, start and
    end in characters, int32. `hashes`: int64, one of each passage's content. `postings` and `vectors`: a row each.
    `written`: the documents as an artifact holds them, so that those that stay need not be written again.
    """

    documents: pl.DataFrame
    spans: Numbers
    hashes: Numbers
    postings: Postings
    vectors: Halves
    written: bytes

    @staticmethod
    def of(cut: "Cut", postings: Postings, vectors: Halves) -> "Layer":
        """The layer of documents whose passages have got their postings and vectors."""
        return Layer(cut.documents, cut.spans, cut.hashes, postings, vectors, write(cut.documents))

    def only(self, kept: NDArray[np.bool_]) -> "Layer":
        """The layer of the documents that are `kept`."""
        if kept.all():
            return self
        rows = np.flatnonzero(kept[self.spans[:, 0]])
        spans = self.spans[rows]
        spans[:, 0] = (np.cumsum(kept) - 1)[spans[:, 0]]
        documents = self.documents.filter(pl.Series(kept))
        held = self.hashes[rows], self.postings.take(rows), self.vectors[rows]
        return Layer(documents, spans, *held, write(documents))


@dataclass(frozen=True)
class Cut:
    """Documents that were cut into passages: the text that is searched for each, with its title, and its hash."""

    documents: pl.DataFrame
    spans: Numbers
    texts: pl.Series
    hashes: Numbers


def cut(documents: pl.DataFrame, longest: int, overlap: int) -> Cut:
    """Cut documents into passages of at most `longest` words.

    A passage is searched together with its document's title, unless it begins with it.
    """
    found = passages.cut(documents["text"], longest, overlap)
    titled = found.select("passage", pl.Series("title", documents["title"]).gather(found["document"]))
    title, passage = pl.col("title"), pl.col("passage")
    needs_title = title.is_not_null() & ~passage.str.starts_with(title)
    texts = titled.select(pl.when(needs_title).then(title + "\n" + passage).otherwise(passage)).to_series()
    return Cut(documents, found.select("document", "start", "end").to_numpy(order="c"), texts, _hashes(texts))


def stacked(lower: Layer, upper: Layer) -> Layer:
    """The documents of both, those of `lower` first."""
    spans = upper.spans + np.array([lower.documents.height, 0, 0], np.int32)
    documents = pl.concat([lower.documents, upper.documents])
    return Layer(
        documents,
        np.concatenate([lower.spans, spans]),
        np.concatenate([lower.hashes, upper.hashes]),
        postings.joined([lower.postings, upper.postings]),
        np.concatenate([lower.vectors, upper.vectors]),
        write(documents),
    )


def write(documents: pl.DataFrame) -> bytes:
    """Documents in Arrow's format for files: it is read at the speed of memory and keeps all types.

    At the oldest level texts lie one after the other; at newer ones the bytes would tell how a column came about.
    """
    written = BytesIO()
    documents.rechunk().write_ipc(written, compression="uncompressed", compat_level=pl.CompatLevel.oldest())
    return written.getvalue()


def _hashes(texts: pl.Series) -> Numbers:
    digests = [blake2b(text.encode(), digest_size=8).digest() for text in texts]
    return np.frombuffer(b"".join(digests), "<i8")
