"""Where it is decided which columns of the rows are outputs to learn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.classification.parameters import MOST_OUTPUTS
from trainer.trainers.kind import UnfitTrainingRows

LABEL = "label"
NO_OUTPUTS = frozenset({"id", "text", "date", "split", "quality", "weight", "created_at", "updated_at", "_table"})
TOPICS = frozenset({"category", "subcategory", "intent", "topic", "product", "channel", "type", "status", "language"})
MOODS = frozenset({"priority", "severity", "urgency", "sentiment", "emotion", "tone", "department", "team", "queue"})
KNOWN = TOPICS | MOODS
FEWEST_VALUES = 2
MOST_VALUES, MOST_NUMBERS, MOST_OF_KNOWN = 30, 10, 1_000
ROWS_FOR_A_VALUE = 2


@dataclass(frozen=True)
class Output:
    """What the rows say of one output: its sorted `labels`, the `rows` that have one, and their `codes`."""

    name: str
    labels: list[str]
    rows: NDArray[np.int64]
    codes: NDArray[np.int64]


def chosen(rows: pl.DataFrame, wanted: Sequence[str]) -> list[str]:
    """The columns to learn, the first of them the main one; raises `UnfitTrainingRows` if one is missing or none fits.

    Without `wanted`, `label` if it is filled, and all others that look like labels: text, yes and no, or a few whole
    numbers, with two rows or more a value on average.
    """
    if wanted:
        _require(rows, wanted)
        return list(dict.fromkeys(wanted))
    main = [LABEL] if LABEL in rows.columns and cleaned(rows[LABEL]).null_count() < rows.height else []
    others = [name for name in rows.columns if name not in {LABEL, *NO_OUTPUTS} and _looks_like_labels(rows[name])]
    found = main + sorted(others, key=lambda name: name.lower() not in KNOWN)
    return found[:MOST_OUTPUTS] or ([LABEL] if LABEL in rows.columns else [])


def of(rows: pl.DataFrame) -> list[str]:
    """The outputs of rows that have been prepared: all columns that can be one."""
    return [name for name in rows.columns if name not in NO_OUTPUTS]


def cleaned(column: pl.Series) -> pl.Series:
    """Labels as trimmed text, blank ones missing; numbers without a fraction are written without a point."""
    if column.dtype.is_float():
        column = column.set(~column.is_finite(), None)
        is_whole = (column.drop_nulls() == column.drop_nulls().round()).all()
        column = column.cast(pl.Int64, strict=False) if is_whole else column
    if column.dtype.is_nested():
        raise UnfitTrainingRows(f"The column '{column.name}' holds lists or objects, not labels.")
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text.str.len_chars() == 0, None)


def taught(rows: pl.DataFrame, name: str, without: str | None = None) -> Output:
    """One output of prepared rows; rows with the label `without` are left out."""
    given = rows[name] if without is None else rows[name].set(rows[name] == without, None)
    filled = np.flatnonzero(given.is_not_null().to_numpy())
    labels = sorted(given.drop_nulls().unique().to_list())
    places = {label: code for code, label in enumerate(labels)}
    return Output(name, labels, filled, np.array([places[label] for label in given.drop_nulls()], np.int64))


def _require(rows: pl.DataFrame, wanted: Sequence[str]) -> None:
    for name in wanted:
        if name in NO_OUTPUTS:
            raise UnfitTrainingRows(f"The parameter 'outputs' names '{name}', which cannot be learnt.")
        if name not in rows.columns:
            there = ", ".join(f"'{column}'" for column in rows.columns) or "none"
            raise UnfitTrainingRows(
                f"The data has no column '{name}', which 'outputs' names; its columns are: {there}."
            )


def _looks_like_labels(column: pl.Series) -> bool:
    known = column.name.lower() in KNOWN
    kind = column.dtype
    if kind.is_float() or kind.is_nested() or kind.is_temporal() or column.name.lower().endswith("_id"):
        return False
    most = MOST_NUMBERS if kind.is_numeric() else MOST_VALUES
    values = cleaned(column).drop_nulls()
    return FEWEST_VALUES <= values.n_unique() <= min(MOST_OF_KNOWN if known else most, values.len() / ROWS_FOR_A_VALUE)
