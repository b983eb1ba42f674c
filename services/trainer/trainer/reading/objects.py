"""Where JSON lines and arrays of JSON objects are read."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO, cast

import orjson
import polars as pl

from trainer.reading import arrays, texts
from trainer.reading.delimited import header
from trainer.reading.problems import Problems, UnusableUpload
from trainer.reading.shapes import Frame, Limits, Nature

_MOST_ROWS = 20_000
_HUGE = 1e308

Found = tuple[int, Any]
"""A line, and the value that begins on it."""


def frames(path: Path, nature: Nature, limits: Limits, problems: Problems) -> Iterator[Frame]:
    """Give the rows piece by piece; their columns are the members of all objects, in order of appearance.

    Raises `UnusableUpload` for what is no array of values, or has too many members.
    """
    with texts.opened(path, nature) as text:
        values = arrays.values(text.file) if nature.format == "json" else _lines(text.file, problems)
        found = _objects(values, problems)
        while rows := text.piece(found, _MOST_ROWS):
            yield _frame(rows, limits, text.fraction)


def _lines(file: TextIO, problems: Problems) -> Iterator[Found]:
    for number, line in enumerate(file, 1):
        if line.isspace():
            continue
        try:
            yield number, _parsed(line)
        except (ValueError, RecursionError) as wrong:
            reason = wrong.msg if isinstance(wrong, json.JSONDecodeError) else str(wrong)
            problems.refuse(number, f"is no JSON: {reason}")


def _parsed(line: str) -> object:
    """Read a line; Python's own reader knows NaN, which many programs write."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def _objects(values: Iterable[Found], problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, value in values:
        if isinstance(value, dict):
            yield line, cast("dict[str, Any]", value)
        else:
            problems.refuse(line, "is no JSON object with a member for each column")


def _frame(rows: list[tuple[int, dict[str, Any]]], limits: Limits, fraction: float) -> Frame:
    members = list(dict.fromkeys(chain.from_iterable(row for _, row in rows)))
    if len(members) > limits.columns:
        raise UnusableUpload(f"The objects have {len(members):,} different members; {limits.columns:,} are allowed.")
    names = header([member.strip() for member in members], limits)
    lines = pl.Series("line", [line for line, _ in rows], dtype=pl.Int64)
    cells = [
        pl.Series(name, [written(row.get(member)) for _, row in rows], dtype=pl.String)
        for name, member in zip(names, members, strict=True)
    ]
    return Frame(lines, pl.DataFrame(cells), fraction)


def written(value: object) -> str | None:
    """Write a JSON value as a cell: a text as it is, a number in full, lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return _whole(value) if value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if abs(value) <= _HUGE else None
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _whole(value: str) -> str:
    """Half a surrogate pair, which JSON can hold, cannot be stored."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()
