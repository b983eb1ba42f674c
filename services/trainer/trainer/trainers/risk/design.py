"""Where the matrix of slots becomes columns without gaps, for methods that know neither categories nor missing values.

A category becomes a column of 0 and 1 for each of its thirty commonest names. A number is centred at its median,
divided by its spread and drawn in by the inverse hyperbolic sine, which is straight near 0 and a logarithm far from it
(Burbidge, Magee, Robb: Journal of the American Statistical Association 83, 1988), so that nothing huge outweighs the
rest; a missing one is the median, and another column says that it was missing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.risk.encoding import Matrix

MOST_NAMES = 30
QUARTILES = (25, 75)
ROWS_FOR_SPREAD = 50_000


@dataclass(frozen=True)
class Design:
    """For each column its `source` slot and the `code` it is 1 for, or -1 for the number and -2 for its absence.

    `median` and `spread` belong to the number of the same column.
    """

    source: NDArray[np.int32]
    code: NDArray[np.int32]
    median: Matrix
    spread: Matrix

    def of(self, matrix: Matrix) -> NDArray[np.float32]:
        """(rows, slots) as (rows, columns)."""
        found = np.empty((len(matrix), len(self.source)), np.float32)
        for column, (source, code) in enumerate(zip(self.source, self.code, strict=True)):
            values = matrix[:, source]
            found[:, column] = self._number(column, values) if code == NUMBER else _says(values, code)
        return found

    def _number(self, column: int, values: Matrix) -> Matrix:
        filled = np.where(np.isnan(values), self.median[column], values)
        return np.arcsinh((filled - self.median[column]) / self.spread[column])


NUMBER, ABSENT = -1, -2


def learn(matrix: Matrix, categories: int) -> Design:
    """The design of a matrix whose first slots hold categories."""
    columns: list[tuple[int, int, float, float]] = []
    for slot in range(matrix.shape[1]):
        values = matrix[:ROWS_FOR_SPREAD, slot]
        known = values[~np.isnan(values)]
        if slot < categories:
            columns += [(slot, code, 0.0, 1.0) for code in _commonest(known)]
        else:
            columns.append((slot, NUMBER, *_middle(known)))
        if len(known) < len(values):
            columns.append((slot, ABSENT, 0.0, 1.0))
    sources, codes, medians, spreads = zip(*columns, strict=True) if columns else ((), (), (), ())
    return Design(np.array(sources, np.int32), np.array(codes, np.int32), np.array(medians), np.array(spreads))


def _says(values: Matrix, code: int) -> NDArray[np.bool_]:
    return np.isnan(values) if code == ABSENT else values == code


def _commonest(codes: Matrix) -> list[int]:
    counts = np.bincount(codes.astype(np.int64))
    ranked = np.argsort(-counts, kind="stable")[:MOST_NAMES]
    return sorted(int(code) for code in ranked if counts[code])


def _middle(values: Matrix) -> tuple[float, float]:
    """The median and the spread: half the distance between quartiles, where that is 0 the standard deviation."""
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, QUARTILES)
    return float(np.median(values)), float((high - low) / 2 or values.std() or 1.0)
