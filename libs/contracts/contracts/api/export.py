"""Where exports of approved examples are described, and what is told about each."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, FiniteFloat

from contracts.api.example import ExampleKind
from contracts.api.feedback import Source
from contracts.ids import Key
from contracts.message import Message, Moment, Request


class ExportFormat(StrEnum):
    """How examples are written: ``openai`` is one conversation in the chat format for fine-tuning a line."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    OPENAI = "openai"
    PARQUET = "parquet"


class Part(StrEnum):
    """What an example is for."""

    TRAIN = "train"
    VALIDATION = "validation"


class ExportStatus(StrEnum):
    """Whether all of it was sent."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"


class NewExport(Request):
    """What to export: the examples of a task that were approved up to ``as_of``, all of them or one part."""

    task: Key
    format: ExportFormat = ExportFormat.JSONL
    split: Annotated[
        FiniteFloat | None, Field(gt=0, lt=1, description="Share for validation, drawn by a hash of the text.")
    ] = None
    part: Annotated[Part | None, Field(description="Only this part of the split; null for both.")] = None
    as_of: Annotated[Moment | None, Field(description="Approved up to then; now, if missing or to come.")] = None


class ExportedExample(Message):
    """An approved example as it is exported; two of the same text are always in the same part."""

    id: str
    part: Part | None = None
    text: str | None
    label: str | None
    input: Any
    expected_output: Any
    output: Any
    kind: ExampleKind
    quality: float
    source: Source
    submitted_by: str
    reviewed_by: str | None
    created_at: Moment
    reviewed_at: Moment | None
    inference_id: str | None
    feedback_key: str | None


class Manifest(Message):
    """What was exported: whose examples, as of when, how many, and the hash of the bytes that were sent.

    ``skipped`` counts examples that the format cannot hold, by the reason. ``sha256`` and ``size`` are known once it is
    complete; a file with another hash is not this export.
    """

    id: str
    task: str
    format: ExportFormat
    split: float | None
    part: Part | None
    as_of: Moment
    status: ExportStatus
    rows: int = 0
    train: int = 0
    validation: int = 0
    skipped: dict[str, int] = {}  # noqa: RUF012 (pydantic copies defaults)
    size: int | None = None
    sha256: str | None = None
    by: str
    begun_at: Moment
    ended_at: Moment | None = None
