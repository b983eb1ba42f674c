"""Where cells of uploaded columns are brought to the types that an index keeps and gives back."""

import json
from typing import Any

import polars as pl


def written(column: pl.Series) -> pl.Series:
    """Any column as trimmed text, blank as null; whole numbers have no decimal point, dates are ISO 8601."""
    return _as_text(column).str.strip_chars().replace("", None)


def further(rows: pl.DataFrame) -> list[pl.Series]:
    """Columns that JSON can hold, in order of their names: numbers, truth values and text; all-null ones are left out.

    Other types become text, lists and records JSON. Numbers that are not finite become null.
    """
    filled = [rows[name] for name in sorted(rows.columns) if rows[name].null_count() < rows.height]
    return [_plain(column) for column in filled]


def _plain(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        finite = column.cast(pl.Float64)
        return finite.set(~finite.is_finite(), None).alias(column.name)
    return column if isinstance(column.dtype, _KEPT) else _as_text(column)


_KEPT = pl.Boolean, pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column
    if column.dtype.is_float():
        return _numbers(column)
    if isinstance(column.dtype, pl.List | pl.Array | pl.Struct | pl.Object | pl.Binary):
        return pl.Series(column.name, [_as_json(cell) for cell in column.to_list()], dtype=pl.String)
    if column.dtype == pl.Datetime:
        return column.dt.to_string("iso")
    return column.cast(pl.String)


def _numbers(column: pl.Series) -> pl.Series:
    whole = column.drop_nulls().drop_nans()
    if (whole == whole.floor()).all() and (whole.abs() < 2**53).all():
        return column.cast(pl.Int64, strict=False).cast(pl.String)
    return column.cast(pl.String)


def _as_json(cell: Any) -> str | None:  # noqa: ANN401 (a cell may hold anything)
    return None if cell is None else json.dumps(cell, default=str, ensure_ascii=False)
