"""Where the shapes are in which an upload goes from its file to a table: limits, nature, frames."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

Format = Literal["csv", "jsonl", "json", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl", "json", "parquet")

Report = Callable[[float, str], None]
"""Is told how much is done (0 to 1) and what is going on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an upload is read: `size` in bytes once unpacked, and the formats that are allowed."""

    size: int
    rows: int
    columns: int = 2_000
    formats: frozenset[str] = frozenset(FORMATS)


@dataclass(frozen=True, slots=True)
class Nature:
    """What sort of file it is; encoding and delimiter only where it is text, and whether bytes of it are damaged."""

    format: Format
    encoding: str | None = None
    delimiter: str = ","
    damaged: bool = False

    @property
    def errors(self) -> str:
        """How its text is to be decoded: damaged bytes become U+FFFD, so that only their lines are lost."""
        return "replace" if self.damaged else "strict"


@dataclass(frozen=True, slots=True)
class Frame:
    """Some rows as text (null where there is none), the line that each begins on, and how much has been read."""

    lines: pl.Series
    cells: pl.DataFrame
    fraction: float
