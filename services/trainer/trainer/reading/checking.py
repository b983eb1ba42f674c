"""Where the cells of a frame are held against the columns that a table knows, and unusable rows are left out."""

from dataclasses import dataclass

import polars as pl

from trainer.reading import numbers
from trainer.reading.problems import MOST_SHOWN, Problems, quoted
from trainer.reading.shapes import Frame
from trainer.trainers.tables import Column, Table

_ZERO = "\x00"
_DAMAGED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Rules:
    """What rows are held against; `damaged` says that U+FFFD stands for bytes that were wrong."""

    table: Table
    delimiter: str = ","
    damaged: bool = False


def usable(frame: Frame, rules: Rules, problems: Problems) -> pl.DataFrame:
    """Give the rows that can be used, with null for blank cells; blank rows are left out without a word."""
    blanked = frame.cells.with_columns(pl.when(pl.all().str.strip_chars().str.len_bytes() > 0).then(pl.all()))
    wrong = pl.Series([False]).new_from_index(0, blanked.height)
    filled = ~blanked.select(pl.all_horizontal(pl.all().is_null())).to_series()
    for mask, column, reason in (*_unreadable(blanked, rules), *_unfit(blanked, rules)):
        found = mask.fill_null(value=False) & filled
        if found.any():
            _note(frame, found, column, reason, problems)
            wrong = wrong | found
    problems.refused_rows += int(wrong.sum())
    return blanked.filter(filled & ~wrong)


def _unreadable(cells: pl.DataFrame, rules: Rules) -> list[tuple[pl.Series, str, str]]:
    looked_for = {_ZERO: "holds a NUL character"}
    if rules.damaged:
        looked_for[_DAMAGED] = "holds bytes that are no UTF-8"
    return [
        (column.str.contains(character, literal=True), column.name, reason)
        for column in cells
        for character, reason in looked_for.items()
    ]


def _unfit(cells: pl.DataFrame, rules: Rules) -> list[tuple[pl.Series, str, str]]:
    return [
        each
        for column in rules.table.columns
        if column.name in cells.columns
        for each in _unfit_cells(cells, column, rules.delimiter)
    ]


def _unfit_cells(cells: pl.DataFrame, column: Column, delimiter: str) -> list[tuple[pl.Series, str, str]]:
    name, cell = column.name, pl.col(column.name)
    wanted: list[tuple[pl.Expr, str]] = []
    if column.required:
        missing = numbers.is_missing(cell) if column.holds == "number" else pl.lit(value=False)
        wanted.append((cell.is_null() | missing, "is blank"))
    if column.holds == "number":
        number = numbers.as_float(numbers.plain(cell, delimiter))
        wanted.append((number.is_null() & cell.is_not_null() & ~numbers.is_missing(cell), "{} is no number"))
    if column.holds == "moment":
        wanted.append((~numbers.is_moment(cell), "{} is no date, time or step"))
    if column.choices:
        choices = [choice.casefold() for choice in column.choices]
        listed = ", ".join(column.choices)
        wanted.append((~cell.str.strip_chars().str.to_lowercase().is_in(choices), f"{{}} is none of: {listed}"))
    return [(cells.select(mask.alias(name)).to_series(), name, reason) for mask, reason in wanted]


def _note(frame: Frame, found: pl.Series, column: str, reason: str, problems: Problems) -> None:
    lines = frame.lines.filter(found).head(MOST_SHOWN).to_list()
    values = frame.cells[column].filter(found).head(MOST_SHOWN).to_list()
    reasons = [reason.replace("{}", quoted(str(value)), 1) for value in values]
    problems.note_all(lines, column, reasons, int(found.sum()))
