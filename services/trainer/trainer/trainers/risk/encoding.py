"""Where rows and inputs become a matrix of numbers, by what was learnt about the columns."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.kind import UnusableInput
from trainer.trainers.risk import cells, columns
from trainer.trainers.risk.columns import DATE, Holds

Matrix = NDArray[np.float64]
MOST_CATEGORIES = 200
FEWEST_ROWS = 3
EPOCH = date(1970, 1, 1)
SORTS: Mapping[Holds, int] = {"category": 0, "number": 1, "moment": 2}


@dataclass(frozen=True)
class Feature:
    """A column that is learnt from.

    A category is its position in `categories`, the commonest first; all others are one more if `others`, else missing.
    A moment has three slots: days (since the row's `date` if rows are dated, else since 1970), month and weekday.
    """

    name: str
    holds: Holds
    categories: tuple[str, ...] = ()
    others: bool = False

    @property
    def slots(self) -> int:
        """How many columns of the matrix it fills."""
        return 3 if self.holds == "moment" else 1


@dataclass(frozen=True)
class Encoding:
    """Features in the order of their slots, categories first; `dated` if rows have the column `date`."""

    features: tuple[Feature, ...]
    dated: bool

    @cached_property
    def sources(self) -> NDArray[np.int64]:
        """For every slot the position of its feature."""
        return np.repeat(np.arange(len(self.features)), [feature.slots for feature in self.features])

    @cached_property
    def categories(self) -> int:
        """How many slots hold categories; they are the first."""
        return sum(feature.holds == "category" for feature in self.features)

    @cached_property
    def codes(self) -> dict[str, dict[str, float]]:
        """For every feature with categories their numbers."""
        return {each.name: {name: float(code) for code, name in enumerate(each.categories)} for each in self.features}

    def of(self, rows: pl.DataFrame) -> Matrix:
        """Rows of a table as (rows, slots), NaN for what is missing or not to be understood."""
        dates = self._dates(rows.height, columns.moments(rows[DATE]) if DATE in rows.columns else None)
        parts: list[Matrix] = []
        for feature in self.features:
            if feature.name in rows.columns:
                parts += self._slots(feature, self._read(feature, rows[feature.name]), dates)
            else:
                parts += [np.full(rows.height, math.nan)] * feature.slots
        return np.column_stack(parts) if parts else np.empty((rows.height, 0))

    def of_inputs(self, inputs: Sequence[Mapping[str, Any]]) -> Matrix:
        """Inputs as (inputs, slots). Raises `UnusableInput` for a value of the wrong sort, or for no column at all."""
        dates = self._dates(len(inputs), _given(DATE, inputs, cells.moment) if self.dated else None)
        parts: list[Matrix] = []
        for feature in self.features:
            parts += self._slots(feature, _given(feature.name, inputs, self._reader(feature)), dates)
        _require_something(inputs, {feature.name for feature in self.features})
        return np.column_stack(parts) if parts else np.empty((len(inputs), 0))

    def _dates(self, rows: int, found: pl.Series | Matrix | None) -> Matrix:
        if not self.dated:
            return np.zeros(rows)
        return np.full(rows, math.nan) if found is None else _floats(found)

    def _read(self, feature: Feature, column: pl.Series) -> Matrix:
        if feature.holds != "category":
            return _floats(columns.numbers(column) if feature.holds == "number" else columns.moments(column))
        named, codes = columns.names(column), self.codes[feature.name]
        found = named.replace_strict(codes, default=self._other(feature), return_dtype=pl.Float64)
        return _floats(found.set(named.is_null(), None))

    def _reader(self, feature: Feature) -> Callable[[object], float]:
        if feature.holds != "category":
            return cells.number if feature.holds == "number" else cells.moment
        codes, other = self.codes[feature.name], self._other(feature)

        def code(value: object) -> float:
            name = cells.category(value)
            return math.nan if name is None else codes.get(name, other)

        return code

    def _other(self, feature: Feature) -> float:
        return float(len(feature.categories)) if feature.others else math.nan

    def _slots(self, feature: Feature, values: Matrix, dates: Matrix) -> list[Matrix]:
        if feature.holds != "moment":
            return [values]
        whole = np.floor(values)
        days = np.zeros_like(values) if feature.name == DATE else values - dates
        return [days, _months(whole), (whole + EPOCH.weekday()) % 7]


def learn(rows: pl.DataFrame, features: Mapping[str, Holds]) -> Encoding:
    """The encoding of rows whose columns hold this."""
    ordered = sorted(features, key=lambda name: (SORTS[features[name]], name))
    return Encoding(tuple(_learnt(rows[name], features[name]) for name in ordered), DATE in rows.columns)


def _learnt(column: pl.Series, holds: Holds) -> Feature:
    if holds != "category":
        return Feature(column.name, holds)
    counted = columns.names(column).drop_nulls().value_counts().rows()
    ranked = sorted(counted, key=lambda each: (-each[1], each[0]))
    frequent = [name for name, rows in ranked if rows >= FEWEST_ROWS][:MOST_CATEGORIES]
    return Feature(column.name, holds, tuple(frequent), others=len(frequent) < len(ranked))


def _given(name: str, inputs: Sequence[Mapping[str, Any]], read: Callable[[object], float]) -> Matrix:
    values = np.empty(len(inputs))
    for position, given in enumerate(inputs):
        try:
            values[position] = read(given.get(name))
        except cells.Unreadable as wrong:
            raise UnusableInput(f"inputs[{position}].{name}: {wrong}") from wrong
    return values


def _require_something(inputs: Sequence[Mapping[str, Any]], names: Collection[str]) -> None:
    for position, given in enumerate(inputs):
        if not any(name in given for name in names):
            some = ", ".join(f"'{name}'" for name in sorted(names)[:5])
            raise UnusableInput(f"inputs[{position}]: has none of the columns learnt from, such as {some}")


def _floats(column: pl.Series | Matrix) -> Matrix:
    return np.asarray(column.to_numpy() if isinstance(column, pl.Series) else column, np.float64)


def _months(days: Matrix) -> Matrix:
    known = np.where(np.isnan(days), 0, days).astype("datetime64[D]")
    return np.where(np.isnan(days), math.nan, known.astype("datetime64[M]").astype(np.int64) % 12 + 1)
