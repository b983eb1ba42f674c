"""Where rows that say nearly the same are recognised."""

import math

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.risk import cells, columns

SIGNIFICANT_DIGITS = 3
BY_CHANCE = 0.05
LOOKED_AT = 20_000
CHUNK = 50_000
BETWEEN = "\x1f"


def keys(rows: pl.DataFrame) -> pl.Series:
    """What each row says, as text: equal for rows with numbers alike in three digits and texts alike in words.

    The order of columns does not matter, nor whether numbers came as text. Where the columns are so coarse that rows
    are alike by chance, each of them gets a number, so that all keys differ.
    """
    plain = [_plain(rows.slice(begin, CHUNK)) for begin in range(0, max(1, rows.height), CHUNK)]
    joined = pl.concat([chunk.select(pl.concat_str(pl.all(), separator=BETWEEN).alias("key")) for chunk in plain])
    if rows.height * _meeting(plain[0].head(LOOKED_AT)) < BY_CHANCE:
        return joined["key"]
    counted = pl.int_range(pl.len()).over("key").cast(pl.String)
    return joined.select(pl.concat_str("key", counted, separator=BETWEEN))["key"]


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame({name: _said(rows[name]) for name in sorted(rows.columns)})


def _said(column: pl.Series) -> pl.Series:
    if columns.is_moment(column):
        return _rounded(columns.moments(column), cells.DAY_S)
    if not columns.is_text(column):
        return _rounded(columns.numbers(column))
    texts = column.cast(pl.String)
    words = splitting.normalised(texts).fill_null("")
    parsed = texts.str.strip_chars().cast(pl.Float64, strict=False)
    is_number = parsed.is_finite().fill_null(value=False)
    return words.zip_with(~is_number, _rounded(parsed))


def _rounded(floats: pl.Series, steps: int | None = None) -> pl.Series:
    """Floats as text with three digits, or to a `steps`th; a missing one is an empty text."""
    rounded = floats.round_sig_figs(SIGNIFICANT_DIGITS) if steps is None else (floats * steps).round() / steps
    return (rounded + 0.0).cast(pl.String).fill_null("")


def _meeting(rows: pl.DataFrame) -> float:
    """How likely two rows would be alike if their columns had nothing to do with one another."""
    if rows.height < 2:  # noqa: PLR2004 (it takes two)
        return 0.0
    return math.prod(_same(column) for column in rows.iter_columns())


def _same(column: pl.Series) -> float:
    counts = column.value_counts()["count"].cast(pl.Float64)
    rows = column.len()
    return float((counts * (counts - 1)).sum()) / (rows * (rows - 1))
