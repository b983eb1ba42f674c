"""Where CSV is read: quoted cells with line ends in them, any line ends, and lines that do not fit their header."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import polars as pl

from trainer.reading import texts
from trainer.reading.problems import Problems, UnusableUpload
from trainer.reading.shapes import Frame, Limits, Nature

LONGEST_CELL = 16_000_000
_MOST_ROWS = 50_000
_UNCLOSED = "a quote is opened here and not closed"

Record = tuple[int, list[str]]
"""The line that a record begins on, and its cells."""

_NOTHING: Record = (1, [])


class _Lines:
    """The lines of a text file; `ended` says that one more was asked for than there are."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        yield from self._file
        self.ended = True


def frames(path: Path, nature: Nature, limits: Limits, problems: Problems) -> Iterator[Frame]:
    """Give the header as a frame without rows, then the rows piece by piece; raises `UnusableUpload` for no header."""
    csv.field_size_limit(LONGEST_CELL)
    with texts.opened(path, nature, newline="") as text:
        records = _records(text.file, nature.delimiter, problems)
        _, first = next(records, _NOTHING)
        names = header([name.strip() for name in first], limits)
        yield _frame(names, [], 0)
        fitting = _fitting(records, len(names), problems)
        while rows := text.piece(fitting, _MOST_ROWS):
            yield _frame(names, rows, text.fraction)


def header(names: list[str], limits: Limits) -> list[str]:
    """Check the names of columns; raises `UnusableUpload` naming the blank and the duplicate ones."""
    if len(names) > limits.columns:
        raise UnusableUpload(f"The file has {len(names):,} columns; {limits.columns:,} are allowed.")
    blank = [str(place) for place, name in enumerate(names, 1) if not name]
    if blank:
        raise UnusableUpload(
            f"The header has no name for column {', '.join(blank)}; name every column, or leave it out "
            "(an index column, perhaps, that was written along)."
        )
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        sentence = f"The header names these columns more than once: {', '.join(twice)}."
        raise UnusableUpload(sentence, *((name, "is the name of more than one column") for name in twice))
    strange = [name for name in names if not name.isprintable() or name == "_table"]
    if strange:
        raise UnusableUpload(f"No column can have the name {strange[0]!r}.")
    return names


def _records(file: TextIO, delimiter: str, problems: Problems) -> Iterator[Record]:
    lines = _Lines(file)
    reader = csv.reader(iter(lines), delimiter=delimiter)
    while True:
        begin = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            problems.refuse(begin, _UNCLOSED if "limit" in str(wrong) else str(wrong))
            continue
        if lines.ended:
            problems.refuse(begin, _UNCLOSED)
        elif record:
            yield begin, record


def _fitting(records: Iterator[Record], width: int, problems: Problems) -> Iterator[Record]:
    """Leave out the records that have more or fewer cells than the header, and blank lines."""
    for line, record in records:
        if len(record) == width:
            yield line, record
        elif any(cell and not cell.isspace() for cell in record):
            cells = "1 cell" if len(record) == 1 else f"{len(record):,} cells"
            problems.refuse(line, f"has {cells} where the header has {width:,}")


def _frame(names: list[str], rows: list[Record], fraction: float) -> Frame:
    lines = pl.Series("line", [line for line, _ in rows], dtype=pl.Int64)
    columns = zip(*(record for _, record in rows), strict=True) if rows else [()] * len(names)
    cells = [pl.Series(name, cells, dtype=pl.String) for name, cells in zip(names, columns, strict=True)]
    return Frame(lines, pl.DataFrame(cells), fraction)
