"""Where uploads are written and read for the tests of reading."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from trainer.reading import uploads
from trainer.reading.problems import Problems, UnusableUpload
from trainer.reading.shapes import FORMATS, Limits
from trainer.reading.uploads import Read, Task
from trainer.trainers.tables import Column, Table

TEXTS = Table(
    "texts",
    "A text and its label.",
    (
        Column("text", "text", "A text."),
        Column("label", "text", "Its label."),
        Column("date", "moment", "When.", required=False),
        Column("amount", "number", "How much.", required=False),
        Column("split", "text", "Its side.", required=False, choices=("train", "holdout")),
    ),
    "text,label\nhello,a\n",
)
SERIES = Table(
    "series",
    "A value of a series.",
    (Column("series", "text", "Which."), Column("date", "moment", "When."), Column("value", "number", "How many.")),
    "series,date,value\nA,2026-01-01,3\n",
)
DOCUMENTS = Table("documents", "", (Column("id", "text", ""), Column("text", "text", "")), "")
JUDGEMENTS = Table(
    "judgements", "", (Column("query", "text", ""), Column("id", "text", ""), Column("relevance", "number", "")), ""
)

Try = Callable[..., "Tried"]


@dataclass
class Tried:
    """What came of an upload: a table or a refusal, and the problems of its lines."""

    read: Read | None
    refusal: UnusableUpload | None
    problems: Problems

    @property
    def rows(self) -> pl.DataFrame:
        assert self.read, self.refusal
        return pl.read_parquet(self.read.path)

    @property
    def refused(self) -> str:
        assert self.refusal, self.read
        return str(self.refusal)

    @property
    def told(self) -> list[tuple[int, str | None, str]]:
        return [(each.line, each.column, each.reason) for each in self.problems.first]


def try_in(folder: Path, content: bytes | str, *tables: Table, rows: int = 1000, size: int = 2**27) -> Tried:
    """Read an upload in a folder of its own."""
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    upload = place / "upload"
    upload.write_bytes(content.encode() if isinstance(content, str) else content)
    problems, limits = Problems(), Limits(size, rows, formats=frozenset(FORMATS))
    try:
        return Tried(uploads.read(Task(upload, place, tables or (TEXTS,), limits), problems, _unheard), None, problems)
    except UnusableUpload as refusal:
        return Tried(None, refusal, problems)


def _unheard(_: float, __: str) -> None:
    pass
