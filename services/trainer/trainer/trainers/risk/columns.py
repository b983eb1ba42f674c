"""Where it is found out what the columns of a table hold, and which of them can be learnt from."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from trainer.trainers.risk import cells

Holds = Literal["category", "number", "moment"]

RESERVED = frozenset({"label", "split", "entity", "_table"})
DATE = "date"
PARSED_SHARE = 0.95
FREE_TEXT_SHARE = 0.5
FEW_VALUES = 50
LOOKED_AT = 20_000
NAMED_LIKE_AN_ID = re.compile(r"(^|[\W_])(id|uuid|guid|key|nr|no|index|row)$|[a-z](Id|ID)$|^(ID|Id)$")


@dataclass(frozen=True)
class Recognised:
    """What each column to learn from holds, in alphabetical order, and why the others are left out."""

    features: Mapping[str, Holds]
    left_out: Mapping[str, str]


def recognise(rows: pl.DataFrame, ignored: Collection[str] = ()) -> Recognised:
    """Look at every column but those with a meaning of their own; of `date`, month and weekday may be learnt."""
    features: dict[str, Holds] = {}
    left_out = {name: "to be ignored" for name in sorted(ignored) if name in rows.columns}
    for name in sorted(set(rows.columns) - RESERVED - left_out.keys()):
        holds = _holds(rows[name])
        reason = _reason(name, rows[name], holds)
        if holds is None or reason:
            left_out[name] = reason or "holds something else than numbers, texts and dates"
        else:
            features[name] = holds
    return Recognised(features, left_out)


def is_text(column: pl.Series) -> bool:
    """Whether a column holds text."""
    return isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum)


def is_moment(column: pl.Series) -> bool:
    """Whether a column holds dates or times."""
    return isinstance(column.dtype, pl.Date | pl.Datetime)


def is_ordered(column: pl.Series) -> bool:
    """Whether a column can say in which order rows came: dates, times, numbers, or text that may be dates."""
    return is_text(column) or is_moment(column) or column.dtype.is_numeric() or column.null_count() == column.len()


def numbers(column: pl.Series) -> pl.Series:
    """A column as 64-bit floats of at most 10^15, null for what is no number."""
    if is_text(column):
        return _read(column, cells.number)
    if column.dtype == pl.Duration:
        column = column.dt.total_milliseconds() / 1_000
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        return pl.Series(column.name, [None] * column.len(), pl.Float64)
    floats = column.cast(pl.Float64, strict=False)
    return floats.set(~floats.is_finite(), None).clip(-cells.LARGEST, cells.LARGEST)


def moments(column: pl.Series) -> pl.Series:
    """A column as days since 1970 in UTC, null for what is no date or time."""
    if is_text(column):
        return _read(column, cells.moment)
    if not is_moment(column):
        return pl.Series(column.name, [None] * column.len(), pl.Float64)
    return column.cast(pl.Datetime("us")).dt.epoch("s").cast(pl.Float64) / cells.DAY_S


def names(column: pl.Series) -> pl.Series:
    """A column as the names of categories, null for what is missing or can be none."""
    known = column.unique().drop_nulls()
    if column.dtype.is_nested() or isinstance(column.dtype, pl.Binary | pl.Object):
        return pl.Series(column.name, [None] * column.len(), pl.String)
    named = [cells.category(value) for value in known.to_list()]
    return column.replace_strict(known, pl.Series(named, dtype=pl.String), default=None, return_dtype=pl.String)


def _read(column: pl.Series, read: Callable[[object], float]) -> pl.Series:
    texts = column.cast(pl.String)
    known = texts.unique().drop_nulls()
    floats = pl.Series([_float(value, read) for value in known], dtype=pl.Float64)
    return texts.replace_strict(known, floats, default=None, return_dtype=pl.Float64)


def _float(value: object, read: Callable[[object], float]) -> float | None:
    try:
        found = read(value)
    except cells.Unreadable:
        return None
    return None if math.isnan(found) else found


def _holds(column: pl.Series) -> Holds | None:
    if is_moment(column):
        return "moment"
    if column.dtype.is_numeric() or isinstance(column.dtype, pl.Boolean | pl.Duration):
        return "number"
    if not is_text(column):
        return None
    texts = column.cast(pl.String).str.strip_chars().drop_nulls().unique().head(LOOKED_AT)
    texts = texts.filter(~texts.str.to_lowercase().is_in(list(cells.MISSING | cells.WORDS.keys())))
    if _mostly(texts, cells.number):
        return "number"
    return "moment" if _mostly(texts, cells.moment) else "category"


def _mostly(texts: pl.Series, read: Callable[[object], float]) -> bool:
    return texts.len() > 0 and sum(_float(text, read) is not None for text in texts) >= PARSED_SHARE * texts.len()


def _reason(name: str, column: pl.Series, holds: Holds | None) -> str | None:
    """Why a column cannot be learnt from, None if it can."""
    if holds is None:
        return "is the same in all rows" if column.null_count() == column.len() else None
    if name == DATE and holds != "moment":
        return "only the order of its numbers counts"
    different = column.n_unique()
    if different <= 1:
        return "is the same in all rows"
    known = column.len() - column.null_count()
    if holds == "category" and different > max(FEW_VALUES, FREE_TEXT_SHARE * known):
        return "differs in nearly every row, like an id or free text"
    if holds == "number" and different >= known > FEW_VALUES and _numbered(name, column):
        return "differs in every row, like an id"
    return None


def _numbered(name: str, column: pl.Series) -> bool:
    """Whether whole numbers that all differ are no measurements: named like an id, or counted through."""
    floats = numbers(column).drop_nulls()
    if floats.is_empty() or not (floats == floats.round()).all():
        return False
    spread = float(floats.max() or 0) - float(floats.min() or 0)  # pyright: ignore[reportArgumentType]
    return bool(NAMED_LIKE_AN_ID.search(name)) or spread < 2 * floats.len()
