"""Where trees are kept as plain arrays, are walked down by many rows at once, and say which slots led the way.

What a slot contributes to an answer is the sum of the changes of the value along the row's path where that slot was
asked (Saabas, 2014; Palczewska et al., 2014, "Interpreting random forest classification models using a feature
contribution method").
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.archive import Array
from trainer.trainers.risk.encoding import Matrix

Integers = NDArray[np.int32]
CELLS_AT_ONCE = 100_000
MOST_CODES = 256


@dataclass(frozen=True)
class Trees:
    """The nodes of all trees, one tree after the other; a leaf is its own child on both sides.

    A row goes left where the value in its `slot` is at most `threshold`, or, if `subset` is not -1, where
    `subsets[subset, value]` is true; a missing value goes left where `missing_left`. `value` is what a tree answers at
    the node, also where it is no leaf. `roots` are the first nodes of the trees.
    """

    roots: Integers
    slot: Integers
    threshold: Matrix
    left: Integers
    right: Integers
    missing_left: NDArray[np.bool_]
    subset: Integers
    subsets: NDArray[np.bool_]
    value: Matrix

    def leaves(self, matrix: Matrix) -> Matrix:
        """What every tree answers to every row of (rows, slots), of shape (rows, trees)."""
        answers = np.empty((len(matrix), len(self.roots)))
        for begin in range(0, len(matrix), self._rows_at_once):
            part = slice(begin, begin + self._rows_at_once)
            answers[part] = self.value[self._walked(matrix[part], None)]
        return answers

    def contributions(self, matrix: Matrix) -> Matrix:
        """How much every slot moved the sum of all trees for every row, of shape (rows, slots)."""
        moved = np.zeros(matrix.shape)
        for begin in range(0, len(matrix), self._rows_at_once):
            part = slice(begin, begin + self._rows_at_once)
            self._walked(matrix[part], moved[part])
        return moved

    @property
    def beginning(self) -> float:
        """What all trees together answer before anything is asked."""
        return float(self.value[self.roots].sum())

    @property
    def _rows_at_once(self) -> int:
        return max(1, CELLS_AT_ONCE // max(1, len(self.roots)))

    def _walked(self, matrix: Matrix, moved: Matrix | None) -> Integers:
        """The leaves that rows come to, of shape (rows, trees); adds what slots contribute to `moved`."""
        node = np.broadcast_to(self.roots, (len(matrix), len(self.roots)))
        offsets = (np.arange(len(matrix)) * matrix.shape[1])[:, None]
        flat = np.ascontiguousarray(matrix).ravel()
        while True:
            cell = self.slot[node] + offsets
            after = np.where(self._goes_left(node, flat[cell]), self.left[node], self.right[node])
            if np.array_equal(after, node):
                return after
            if moved is not None:
                steps = (self.value[after] - self.value[node]).ravel()
                moved += np.bincount(cell.ravel(), steps, matrix.size).reshape(matrix.shape)
            node = after

    def _goes_left(self, node: Integers, asked: Matrix) -> NDArray[np.bool_]:
        missing = np.isnan(asked)
        goes_left = np.where(missing, self.missing_left[node], asked <= self.threshold[node])
        if not len(self.subsets):
            return goes_left
        subset = self.subset[node]
        by_subset = (subset >= 0) & ~missing
        goes_left[by_subset] = self.subsets[subset[by_subset], asked[by_subset].astype(np.int64)]
        return goes_left


def arrays(trees: Trees) -> dict[str, Array]:
    """The arrays of trees by name, of types that an archive can hold."""
    return {field.name: getattr(trees, field.name) for field in fields(Trees)}


def restored(found: Mapping[str, Array], slots: int, categories: int) -> Trees:
    """Trees over so many slots, the first of which hold `categories`; raises ValueError if a node leads nowhere."""
    trees = Trees(**{field.name: found[field.name] for field in fields(Trees)})
    nodes = len(trees.value)
    own = np.arange(nodes)
    for name in ("slot", "threshold", "left", "right", "missing_left", "subset"):
        if found[name].shape != (nodes,):
            raise ValueError(f"the trees have {nodes} values but another number of '{name}'")
    is_leaf = (trees.left == own) & (trees.right == own)
    fits = (
        _within(trees.roots, 0, nodes)
        and _within(trees.slot, 0, slots)
        and _within(trees.subset, -1, len(trees.subsets))
        and _within(trees.slot[trees.subset >= 0], 0, categories)
        and _within(np.r_[trees.left, trees.right], 0, nodes)
        and bool((is_leaf | ((trees.left > own) & (trees.right > own))).all())
        and trees.subsets.ndim == 2  # noqa: PLR2004 (subsets by codes)
    )
    if not fits:
        raise ValueError("a node of the trees leads nowhere")
    return trees


def _within(values: Array, low: int, high: int) -> bool:
    return not values.size or bool((values >= low).all() and (values < high).all())
