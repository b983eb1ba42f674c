"""Where the installed kinds of training are described: what people fill in, and what rows look like."""

from typing import Any, Literal

from contracts.message import Message


class KindColumn(Message):
    """A column that a kind knows; a blank cell in a required one is a problem of its line."""

    name: str
    holds: Literal["text", "number", "moment", "two values"]
    meaning: str
    required: bool
    choices: tuple[str, ...] = ()


class KindTable(Message):
    """One table of rows, with a small example as CSV; ``further`` says what unnamed columns are taken for."""

    name: str
    meaning: str
    columns: tuple[KindColumn, ...]
    template: str
    further: str


class KindSheet(Message):
    """One way of training: its tables and the JSON Schema of its parameters, from which forms are made."""

    name: str
    summary: str
    tables: tuple[KindTable, ...]
    parameters: dict[str, Any]
    collects_examples: bool
    has_table: bool


class Kinds(Message):
    """All installed kinds, by name."""

    items: tuple[KindSheet, ...]
