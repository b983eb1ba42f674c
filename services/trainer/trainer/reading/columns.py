"""Where it is judged what a column holds, from all of its cells, one frame after another."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from trainer.reading import numbers
from trainer.trainers.tables import Column

MOST_DISTINCT = 1_000
Held = Literal["text", "number", "moment"]
Sort = Literal["integer", "float", "date", "time"]
_WIDER: dict[Sort, Sort] = {"integer": "float", "date": "time"}
_FEW = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """A column of the upload: its name, what it holds, its blank cells, its different values if they are few."""

    name: str
    holds: Held
    blank: int
    distinct: int | None


class Judgement:
    """What a column may still hold after all cells that were seen."""

    def __init__(self, name: str, known: Column | None, delimiter: str) -> None:
        self.name = name
        self.filled = 0
        self._delimiter = delimiter
        self._always = "text" if known and known.holds == "text" else ""
        self._number = bool(known and known.holds == "number")
        self._possible: list[Sort] = [] if self._always else ["integer", "float", "date", "time"]
        self._distinct: set[str] | None = set()
        self._means_something = self._number

    def see(self, cells: pl.Series) -> None:
        """Take in more cells of the column."""
        filled = cells.drop_nulls()
        self.filled += filled.len()
        if self._distinct is not None:
            self._distinct.update(filled.unique().head(MOST_DISTINCT + 1).to_list())
            self._distinct = self._distinct if len(self._distinct) <= MOST_DISTINCT else None
        if self._possible and not filled.is_empty():
            self._means_something |= not filled.to_frame("cell").select(numbers.is_missing(pl.col("cell")).all()).item()
            self._possible = self._fitting(filled.to_frame("cell"))

    def _fitting(self, cells: pl.DataFrame) -> list[Sort]:
        """Give the sorts that all cells are of; a few cells rule most of them out, and whole numbers are numbers."""
        few = cells.head(_FEW)
        likely: list[Sort] = [sort for sort in self._possible if not few.select(self._misfits(sort)).item()]
        for narrow, wide in _WIDER.items():
            if narrow in likely and not cells.select(self._misfits(narrow)).item():
                return [narrow, wide]
        widest: list[Sort] = [sort for sort in likely if sort not in _WIDER]
        return [sort for sort in widest if not cells.select(self._misfits(sort)).item()]

    def _misfits(self, sort: Sort) -> pl.Expr:
        """Count the cells that are not of a sort."""
        cell = pl.col("cell")
        if sort == "date":
            return numbers.as_date(cell).is_null().sum()
        if sort == "time":
            return numbers.as_time(cell).is_null().sum()
        plain = numbers.plain(cell, self._delimiter)
        number = numbers.as_integer(plain) if sort == "integer" else numbers.as_float(plain)
        misfit = number.is_null() & ~numbers.is_missing(cell)
        return (misfit if self._number else misfit | numbers.is_code(plain)).sum()

    @property
    def sort(self) -> Sort | None:
        """The narrowest sort that all cells are of; None for text."""
        return self._possible[0] if self._means_something and self._possible else None

    def judged(self, rows: int) -> Judged:
        """Give what came out, with so many rows in all."""
        holds: Held = "text" if self.sort is None else "number" if self.sort in {"integer", "float"} else "moment"
        return Judged(self.name, holds, rows - self.filled, None if self._distinct is None else len(self._distinct))

    def typed(self) -> pl.Expr:
        """Give the expression that turns the column's text into what it holds."""
        cell = pl.col(self.name)
        plain = numbers.plain(cell, self._delimiter)
        match self.sort:
            case "integer":
                return numbers.as_integer(plain).alias(self.name)
            case "float":
                return numbers.as_float(plain).alias(self.name)
            case "date":
                return numbers.as_date(cell).alias(self.name)
            case "time":
                return numbers.as_time(cell).alias(self.name)
            case None:
                return cell
