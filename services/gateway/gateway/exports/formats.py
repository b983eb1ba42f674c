"""Where pages of examples are written in the formats that are sent while more are read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from contracts.api.export import ExportedExample, ExportFormat
from gateway.exports import cells, conversations
from gateway.exports.conversations import Unfit

COLUMNS = (
    "id", "part", "text", "label", "input", "expected_output", "output", "kind", "quality", "source", "submitted_by",
    "reviewed_by", "created_at", "reviewed_at", "inference_id", "feedback_key",
)  # fmt: skip
MEDIA_TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.JSONL: "application/x-ndjson",
    ExportFormat.OPENAI: "application/x-ndjson",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}
SUFFIXES: Mapping[ExportFormat, str] = {each: str(each) for each in ExportFormat} | {ExportFormat.OPENAI: "jsonl"}


@dataclass(slots=True)
class Page:
    """What became of some examples: their bytes, those that were written, and why others were not."""

    content: bytes
    written: Sequence[ExportedExample]
    skipped: Counter[str] = field(default_factory=Counter[str])


Write = Callable[[Sequence[ExportedExample], int], Page]
"""Takes examples, and how many were written before."""


def columns(examples: Iterable[ExportedExample]) -> Iterable[dict[str, Any]]:
    """Give examples as rows of the columns."""
    return (example.model_dump(mode="json", include=set(COLUMNS)) for example in examples)


def csv(examples: Sequence[ExportedExample], _: int) -> Page:
    """Write lines of CSV; objects are JSON in their cells."""
    return Page(cells.lines([row[name] for name in COLUMNS] for row in columns(examples)), examples)


def json(examples: Sequence[ExportedExample], before: int) -> Page:
    """Write the next items of an array."""
    items = b",\n".join(orjson.dumps(row) for row in columns(examples))
    return Page(b",\n" + items if before and items else items, examples)


def jsonl(examples: Sequence[ExportedExample], _: int) -> Page:
    """Write an object a line."""
    return Page(b"".join(orjson.dumps(row) + b"\n" for row in columns(examples)), examples)


def openai(examples: Sequence[ExportedExample], _: int) -> Page:
    """Write a conversation a line; what is none is left out and counted."""
    lines, written, skipped = list[bytes](), list[ExportedExample](), Counter[str]()
    for example in examples:
        try:
            lines.append(conversations.conversation(example))
        except Unfit as unfit:
            skipped[str(unfit)] += 1
            continue
        written.append(example)
    return Page(b"".join(lines), written, skipped)


WRITERS: Mapping[ExportFormat, Write] = {
    ExportFormat.CSV: csv,
    ExportFormat.JSON: json,
    ExportFormat.JSONL: jsonl,
    ExportFormat.OPENAI: openai,
}


def head(form: ExportFormat) -> bytes:
    """Give what a file begins with."""
    return {ExportFormat.JSON: b"[", ExportFormat.CSV: cells.lines([COLUMNS])}.get(form, b"")


def tail(form: ExportFormat) -> bytes:
    """Give what closes a file."""
    return b"]\n" if form is ExportFormat.JSON else b""
