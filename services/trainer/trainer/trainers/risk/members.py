"""Where single fitted models answer: boosted trees, a forest, a logistic regression, all as plain arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from scipy.special import expit

from trainer.trainers.archive import Array
from trainer.trainers.risk import trees
from trainer.trainers.risk.design import Design
from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.trees import Trees

Method = Literal["boosting", "linear", "forest"]
Explained = tuple[Matrix, Matrix]
"""Probabilities of (rows,) and, about in probability, what the slots brought, of (rows, slots)."""


@dataclass(frozen=True)
class Boosting:
    """Trees whose sum, added to `start`, is the logit."""

    start: float
    trees: Trees
    method: Method = "boosting"

    def probabilities(self, matrix: Matrix) -> Matrix:
        """The probability of the risk for every row of (rows, slots)."""
        return expit(self.start + self.trees.leaves(matrix).sum(axis=1))

    def explained(self, matrix: Matrix) -> Explained:
        """The probabilities, and by how much each slot raised them."""
        moved = self.trees.contributions(matrix)
        found = expit(self.start + self.trees.beginning + moved.sum(axis=1))
        usual = expit(self.start)
        return found, moved * usual * (1 - usual)


@dataclass(frozen=True)
class Forest:
    """Trees over the columns of a design, whose sum is the probability."""

    design: Design
    trees: Trees
    method: Method = "forest"

    def probabilities(self, matrix: Matrix) -> Matrix:
        """The probability of the risk for every row of (rows, slots)."""
        return self.trees.leaves(self.design.of(matrix).astype(np.float64)).sum(axis=1)

    def explained(self, matrix: Matrix) -> Explained:
        """The probabilities, and by how much each slot raised them."""
        moved = self.trees.contributions(self.design.of(matrix).astype(np.float64))
        return self.trees.beginning + moved.sum(axis=1), _by_slot(moved, self.design, matrix.shape[1])


@dataclass(frozen=True)
class Linear:
    """A weight for each column of a design; `means` are the columns' means over the rows learnt from."""

    start: float
    design: Design
    weights: Matrix
    means: Matrix
    method: Method = "linear"

    def probabilities(self, matrix: Matrix) -> Matrix:
        """The probability of the risk for every row of (rows, slots)."""
        return expit(self.start + self.design.of(matrix) @ self.weights)

    def explained(self, matrix: Matrix) -> Explained:
        """The probabilities, and by how much each slot raised them."""
        moved = (self.design.of(matrix) - self.means) * self.weights
        usual = self.start + self.means @ self.weights
        slope = expit(usual) * (1 - expit(usual))
        return expit(usual + moved.sum(axis=1)), _by_slot(moved * slope, self.design, matrix.shape[1])


Member = Boosting | Forest | Linear


def stored(member: Member) -> tuple[dict[str, object], dict[str, Array]]:
    """The facts and arrays of a member, to be kept in an archive."""
    kept: dict[str, Array] = {}
    if not isinstance(member, Linear):
        kept |= trees.arrays(member.trees)
    else:
        kept |= {"weights": member.weights, "means": member.means}
    if not isinstance(member, Boosting):
        kept |= {f"design_{field.name}": getattr(member.design, field.name) for field in fields(Design)}
    return {"method": member.method, "start": 0.0 if isinstance(member, Forest) else member.start}, kept


def restored(facts: Mapping[str, object], found: Mapping[str, Array], slots: int, categories: int) -> Member:
    """A member from its facts and arrays; raises KeyError, TypeError or ValueError if they do not fit together."""
    start = float(str(facts["start"]))
    if facts["method"] == "boosting":
        return Boosting(start, trees.restored(found, slots, categories))
    design = Design(**{field.name: found[f"design_{field.name}"] for field in fields(Design)})
    columns = len(design.source)
    if any(getattr(design, field.name).shape != (columns,) for field in fields(Design)) or not columns:
        raise ValueError("the columns of a design do not fit together")
    if design.source.min() < 0 or design.source.max() >= slots or design.spread.min() <= 0:
        raise ValueError("a column of a design has no source or no spread")
    if facts["method"] == "forest":
        return Forest(design, trees.restored(found, columns, 0))
    if facts["method"] != "linear" or not found["weights"].shape == found["means"].shape == (columns,):
        raise ValueError("the weights do not fit the design")
    return Linear(start, design, found["weights"], found["means"])


def _by_slot(moved: Matrix, design: Design, slots: int) -> Matrix:
    """Contributions of the columns of a design, of shape (rows, columns), summed up for their slots."""
    summed = np.zeros((slots, len(moved)))
    np.add.at(summed, design.source, moved.T)
    return summed.T
