"""Where rows become the columns of an `unnest`."""

from collections.abc import Iterable, Sequence
from typing import Any


def of(rows: Iterable[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """Give the columns of rows; one that holds no value is empty, as `unnest` fills what is shorter with NULL.

    Items leave most of their fields out, and writing a column of a thousand NULLs takes as long as one of texts. Some
    column has to hold a value in the last row, or rows are lost.
    """
    return [() if column.count(None) == len(column) else column for column in zip(*rows, strict=True)]
