"""Where rows that say nearly the same are recognised."""

import math

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.risk import cells, columns

ALIKE, EQUAL = 3, 12
"""Significant digits in which the numbers of rows agree that are nearly or quite the same."""

BY_CHANCE = 0.05
AT_ODDS = 0.05
LOOKED_AT = 20_000
CHUNK = 50_000
BETWEEN = "\x1f"


def keys(rows: pl.DataFrame, labels: pl.Series) -> pl.Series:
    """What each row says, as text: equal for rows with numbers alike in three digits and texts alike in words.

    The order of columns does not matter, nor whether numbers came as text. Where the columns are so coarse that rows
    are alike by chance, all but the first of them get a number, so that only copies have one key; where even copies
    would be by chance, all keys differ. A first one keeps its key whichever it is, and with it its side.
    """
    once = _without_copies(rows, labels)
    alike = _joined(rows, ALIKE)
    if not _by_chance(once, ALIKE):
        return alike
    both = pl.DataFrame({"alike": alike, "equal": _joined(rows, EQUAL)})
    number = pl.int_range(pl.len()).over("alike")
    if not _by_chance(once, EQUAL):
        first = pl.col("equal").is_first_distinct().cast(pl.Int64)
        number = (first.cum_sum().over("alike") - 1).first().over("equal")
    numbered = both.with_columns(number.alias("number"))
    written = pl.when(pl.col("number") > 0).then(BETWEEN + pl.col("number").cast(pl.String)).otherwise(pl.lit(""))
    return numbered.select(pl.col("alike") + written)["alike"]


def _joined(rows: pl.DataFrame, digits: int) -> pl.Series:
    plain = [_plain(rows.slice(begin, CHUNK), digits) for begin in range(0, max(1, rows.height), CHUNK)]
    return pl.concat([chunk.select(pl.concat_str(pl.all(), separator=BETWEEN).alias("key")) for chunk in plain])["key"]


def _by_chance(rows: pl.DataFrame, digits: int) -> bool:
    """Whether a row is likely to be like another although they have nothing to do with one another."""
    return rows.height * _meeting(_plain(rows.head(LOOKED_AT), digits)) >= BY_CHANCE


def _without_copies(rows: pl.DataFrame, labels: pl.Series) -> pl.DataFrame:
    """One of each of the rows that are quite equal, if those have one label: all, if they are at odds over it."""
    once = rows.unique(maintain_order=True)
    labelled = rows.with_columns(labels.alias(BETWEEN)).unique().height
    return once if labelled <= (1 + AT_ODDS) * once.height else rows


def _plain(rows: pl.DataFrame, digits: int) -> pl.DataFrame:
    return pl.DataFrame({name: _said(rows[name], digits) for name in sorted(rows.columns)})


def _said(column: pl.Series, digits: int) -> pl.Series:
    if columns.is_moment(column):
        return _written((columns.moments(column) * cells.DAY_S).round() / cells.DAY_S)
    if not columns.is_text(column):
        return _written(columns.numbers(column).round_sig_figs(digits))
    texts = column.cast(pl.String)
    words = splitting.normalised(texts).fill_null("")
    parsed = texts.str.strip_chars().cast(pl.Float64, strict=False)
    is_number = parsed.is_finite().fill_null(value=False)
    return words.zip_with(~is_number, _written(parsed.round_sig_figs(digits)))


def _written(floats: pl.Series) -> pl.Series:
    """Floats as text; a missing one is an empty text."""
    return (floats + 0.0).cast(pl.String).fill_null("")


def _meeting(rows: pl.DataFrame) -> float:
    """How likely two rows would be alike if their columns had nothing to do with one another."""
    if rows.height < 2:  # noqa: PLR2004 (it takes two)
        return 0.0
    return math.prod(_same(column) for column in rows.iter_columns())


def _same(column: pl.Series) -> float:
    counts = column.value_counts()["count"].cast(pl.Float64)
    rows = column.len()
    return float((counts * (counts - 1)).sum()) / (rows * (rows - 1))
