"""Where values become cells of a table that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import orjson

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(value: object) -> str:
    """Write a value as text: texts as they are, nothing for None, everything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def cell(value: object) -> str:
    """Write a value for a spreadsheet: a text that would be read as a formula begins with an apostrophe.

    (OWASP, CSV Injection.) Numbers stay numbers.
    """
    text = written(value)
    is_suspect = isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA)
    return f"'{text}" if is_suspect else text


def lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Write rows as lines of CSV (RFC 4180)."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode()
