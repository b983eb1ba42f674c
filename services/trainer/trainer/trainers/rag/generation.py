"""Where one generation of an index is described, becomes an artifact, and a generation again.

A generation has two layers. The `ground` is what there was when terms and meanings were last learnt; it is carried over
untouched from generation to generation. The `top` holds all documents that have come or changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from trainer.trainers import archive
from trainer.trainers.archive import Array, Contents
from trainer.trainers.kind import UnreadableArtifact
from trainer.trainers.rag.layers import Layer, write
from trainer.trainers.rag.meaning import Basis
from trainer.trainers.rag.parameters import Language, RagParameters
from trainer.trainers.rag.postings import Numbers, Postings

FORMAT = "ratchet.rag/1"
LAYERS = ("ground", "top")
REQUIRED = ["id", "title", "text"]


@dataclass(frozen=True)
class Making:
    """How the passages of a generation were made; where it changes, all are made anew."""

    chunk_words: int
    overlap_words: int
    dimensions: int
    seed: int
    asked_language: Language | None

    @staticmethod
    def of(parameters: RagParameters) -> "Making":
        """What of the parameters of a training decides about passages."""
        shape = parameters.chunk_words, parameters.overlap_words, parameters.dimensions
        return Making(*shape, parameters.seed, parameters.language)


@dataclass(frozen=True)
class Generation:
    """All that searching needs.

    `terms`: all terms by code. `alive`: which documents of the ground are still there. `weight`: the share of words in
    a score. `tuned_on`: a hash of the judgements that it was learnt from, empty if it was not learnt.
    """

    making: Making
    language: Language
    terms: pl.Series
    basis: Basis
    ground: Layer
    alive: NDArray[np.bool_]
    top: Layer
    weight: float
    tuned_on: str

    @property
    def alive_passages(self) -> NDArray[np.bool_]:
        """Which passages of ground and top, one below the other, are of a document that is still there."""
        return np.concatenate([self.alive[self.ground.spans[:, 0]], np.ones(len(self.top.spans), np.bool_)])

    @property
    def documents(self) -> pl.DataFrame:
        """The documents that are there, those of the ground first."""
        return pl.concat([self.ground.documents.filter(pl.Series(self.alive)), self.top.documents])


def dump(generation: Generation) -> bytes:
    """The artifact of a generation; equal generations give equal bytes."""
    facts = {
        "making": vars(generation.making),
        "language": generation.language,
        "weight": generation.weight,
        "tuned_on": generation.tuned_on,
    }
    basis = generation.basis
    arrays: dict[str, Array] = {"slots": basis.slots, "rarity": basis.rarity, "axes": basis.axes}
    arrays["alive"] = generation.alive
    members = {"terms": write(generation.terms.to_frame())}
    for name, layer in zip(LAYERS, (generation.ground, generation.top), strict=True):
        arrays |= {f"{name}_{part}": array for part, array in _arrays(layer).items()}
        members[f"{name}_documents"] = layer.written
    return archive.pack(Contents(FORMAT, facts, arrays, members))


def load(artifact: bytes) -> Generation:
    """The generation of an artifact; raises `UnreadableArtifact`."""
    contents = archive.unpack(artifact, FORMAT)
    try:
        return _restored(contents)
    except (KeyError, TypeError, ValueError, IndexError, PolarsError) as error:
        raise UnreadableArtifact(f"The artifact does not hold an index: {error}.") from error


def _arrays(layer: Layer) -> dict[str, Array]:
    held = layer.postings
    return {
        "spans": layer.spans,
        "hashes": layer.hashes,
        "starts": held.starts,
        "terms": held.terms,
        "counts": held.counts,
        "lengths": held.lengths,
        "vectors": layer.vectors,
    }


def _restored(contents: Contents) -> Generation:
    facts, arrays = contents.facts, contents.arrays
    terms = pl.read_ipc(contents.members["terms"])["term"]
    basis = Basis(arrays["slots"], arrays["rarity"], arrays["axes"])
    ground, top = (_layer(contents, name, len(terms)) for name in LAYERS)
    fits = (
        basis.axes.shape == (len(basis.rarity), ground.vectors.shape[1])
        and top.vectors.shape[1] == ground.vectors.shape[1]
        and len(basis.slots) <= len(terms)
        and _below(basis.slots, len(basis.rarity))
        and len(arrays["alive"]) == ground.documents.height
    )
    if not fits:
        raise ValueError("its parts do not fit one another")
    making = Making(**facts["making"])
    held = facts["language"], terms, basis, ground, arrays["alive"], top, float(facts["weight"]), facts["tuned_on"]
    return Generation(making, *held)


def _layer(contents: Contents, name: str, terms: int) -> Layer:
    arrays: Mapping[str, Any] = {part: contents.arrays[f"{name}_{part}"] for part in _PARTS}
    postings = Postings(arrays["starts"], arrays["terms"], arrays["counts"], arrays["lengths"])
    written = contents.members[f"{name}_documents"]
    documents = pl.read_ipc(written)
    layer = Layer(documents, arrays["spans"], arrays["hashes"], postings, arrays["vectors"], written)
    fits = (
        documents.columns[:3] == REQUIRED
        and layer.spans.shape == (postings.rows, 3)
        and len(layer.hashes) == len(layer.vectors) == len(postings.lengths) == postings.rows
        and postings.starts[-1] == len(postings.terms) == len(postings.counts)
        and _below(postings.terms, terms)
        and _below(layer.spans[:, 0], documents.height)
    )
    if not fits:
        raise ValueError(f"its {name} does not fit together")
    return layer


_PARTS = ("spans", "hashes", "starts", "terms", "counts", "lengths", "vectors")


def _below(codes: Numbers, bound: int) -> bool:
    return not len(codes) or int(codes.max()) < bound
