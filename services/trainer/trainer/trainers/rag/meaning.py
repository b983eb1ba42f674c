"""Where passages and queries get vectors by latent semantic analysis, so that other words for a thing find it too.

Deerwester et al. (JASIS 1990); the decomposition is truncated and randomised (Halko et al., SIAM Review 2011).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from trainer.trainers.archive import Floats
from trainer.trainers.rag.postings import Numbers, Postings, Step

MOST_PASSAGES = 50_000
MOST_TERMS = 30_000
FEWEST_PASSAGES_A_TERM = 2
PASSAGES_A_DIMENSION = 4
ITERATIONS = 5
OVERSAMPLED = 10
FAINTEST = 1e-3
ROWS_AT_ONCE = 10_000
Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Basis:
    """What turns terms into vectors.

    `slots` of shape (terms known when it was fitted,): the row of a term in `rarity` and `axes`, negative if it has
    none, int32. `rarity`: inverse document frequency, float32. `axes` of shape (rows, dimensions), float16.
    """

    slots: Numbers
    rarity: Floats
    axes: Halves

    def vectors(self, postings: Postings, terms: int, step: Step) -> Halves:
        """Vectors of length 1 for all rows, or 0 for those without a known term, of shape (rows, dimensions).

        `terms` is the number of terms known now; later ones than those of the basis have no meaning yet.
        """
        slots = np.concatenate([self.slots, np.full(terms - len(self.slots), -1, np.int32)])
        axes = self.axes.astype(np.float32)
        found = np.empty((postings.rows, self.axes.shape[1]), np.float16)
        for first in range(0, postings.rows, ROWS_AT_ONCE):
            rows = np.arange(first, min(first + ROWS_AT_ONCE, postings.rows))
            weighted = _weighted(postings.take(rows).only(slots), self.rarity)
            found[rows] = _unit(weighted @ axes)
            step(first / postings.rows)
        return found


def fit(postings: Postings, terms: int, dimensions: int, seed: int, step: Step) -> Basis:
    """A basis of at most so many dimensions, from at most 50,000 rows; it has none if there is too little to learn."""
    rows = np.arange(postings.rows)
    if postings.rows > MOST_PASSAGES:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_PASSAGES, replace=False))
    sample = postings.take(rows)
    occurs = np.bincount(sample.terms, minlength=terms)
    frequent = np.argsort(-occurs, kind="stable")[:MOST_TERMS]
    chosen = np.sort(frequent[occurs[frequent] >= FEWEST_PASSAGES_A_TERM])
    slots = np.full(terms, -1, np.int32)
    slots[chosen] = np.arange(len(chosen))
    rarity = (np.log((1 + len(rows)) / (1 + occurs[chosen])) + 1).astype(np.float32)
    most = min(dimensions, len(rows) // PASSAGES_A_DIMENSION, len(chosen) - 1)
    if most < 1:
        return Basis(slots, rarity, np.empty((len(chosen), 0), np.float16))
    axes = _axes(_weighted(sample.only(slots), rarity), most, seed, step)
    return Basis(slots, rarity, axes.astype(np.float16))


def _axes(matrix: csr_array, most: int, seed: int, step: Step) -> Floats:
    """The right singular vectors of the greatest singular values, by subspace iteration from a random start.

    Our own for the sake of progress, and because the left ones are not needed: Halko et al., section 4.5.
    """
    width = min(most + OVERSAMPLED, *matrix.shape)
    found = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), np.float32)
    for turn in range(ITERATIONS):
        found = np.linalg.qr(matrix.T @ (matrix @ found))[0]
        step((turn + 1) / (ITERATIONS + 1))
    image = (matrix @ found).astype(np.float64)
    squares, turned = np.linalg.eigh(image.T @ image)
    clear = np.sqrt(squares.clip(0)) > FAINTEST * math.sqrt(max(0.0, squares[-1]))
    return (found @ turned.astype(np.float32)[:, clear])[:, ::-1][:, :most]


def _weighted(postings: Postings, rarity: Floats) -> csr_array:
    """Rows of unit length with (1 + log count) x rarity for each term."""
    matrix = postings.matrix(len(rarity)).astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * rarity[matrix.indices]
    squares = np.concatenate([[0], np.cumsum(np.square(matrix.data), dtype=np.float64)])
    lengths = np.sqrt(np.diff(squares[matrix.indptr]))
    matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(matrix.indptr))
    return matrix


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
