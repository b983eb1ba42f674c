"""Where datasets are described: rows that somebody uploaded for the trainings of a task."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from contracts.message import Message, Moment
from contracts.problem import FieldProblem


class DatasetStatus(StrEnum):
    """Where a dataset stands; one that is ready or refused stays so."""

    READING = "reading"
    READY = "ready"
    REFUSED = "refused"


class DatasetColumn(Message):
    """A column: what it holds, how many of its cells are blank, how many different values it has if they are few."""

    name: str
    holds: Literal["text", "number", "moment"]
    blank: int
    distinct: int | None = None


class LineProblem(Message):
    """What is wrong with a line of the file (counted from 1), in one column or in the whole of it."""

    line: int
    column: str | None = None
    reason: str


class Dataset(Message):
    """An uploaded table, checked against what the kind of its task expects.

    ``sha256`` is the hash over all rows, however they were written; ``problems`` are the first of ``problem_count``;
    rows with a problem are left out and counted in ``refused_rows``. A dataset is refused for ``error`` and ``errors``.
    """

    id: str
    task: str
    name: str
    table: str | None = None
    status: DatasetStatus
    progress: Annotated[float, Field(ge=0, le=1)] = 0
    rows: int = 0
    columns: tuple[DatasetColumn, ...] = ()
    sha256: str | None = None
    bytes: int
    format: str | None = None
    encoding: str | None = None
    problems: tuple[LineProblem, ...] = ()
    problem_count: int = 0
    refused_rows: int = 0
    error: str | None = None
    errors: tuple[FieldProblem, ...] = ()
    created_at: Moment
    created_by: str
    read_at: Moment | None = None
