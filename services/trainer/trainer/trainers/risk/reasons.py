"""Where it is said in words why a row is called a risk or not."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trainer.trainers.risk import cells
from trainer.trainers.risk.encoding import Encoding, Matrix

MOST = 3
LEAST_MOVED = 0.005


def told(encoding: Encoding, contributions: Matrix, inputs: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """For every row the three columns that moved its probability most, such as "'months' of 48 raises the risk".

    `contributions` are those of (rows, slots); columns that moved it by less than half a per cent are left out.
    """
    begins = np.flatnonzero(np.diff(encoding.sources, prepend=-1))
    moved = np.add.reduceat(contributions, begins, axis=1)
    ranked = np.argsort(-np.abs(moved), axis=1, kind="stable")[:, :MOST]
    strongest = np.take_along_axis(moved, ranked, axis=1).tolist()
    names = [feature.name for feature in encoding.features]
    return [
        [_told(names[place], given, much) for place, much in zip(places, row, strict=True) if abs(much) >= LEAST_MOVED]
        for given, places, row in zip(inputs, ranked.tolist(), strongest, strict=True)
    ]


def _told(name: str, given: Mapping[str, Any], moved: float) -> str:
    effect = "raises the risk" if moved > 0 else "lowers the risk"
    value = given.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return f"missing '{name}' {effect}"
    return f"'{name}' of {cells.shown(value)} {effect}"
