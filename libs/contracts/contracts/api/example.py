"""Where examples, worth training on once approved, are described."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from contracts.api.feedback import Source
from contracts.api.outcome import Outcome
from contracts.ids import Key
from contracts.message import Message, Moment, Request


class ExampleKind(StrEnum):
    """Whether the output was right, wrong, or put right."""

    GOOD = "good"
    BAD = "bad"
    CORRECTION = "correction"


class ExampleStatus(StrEnum):
    """Where an example is in review."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class ReviewVerdict(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    REJECT = "reject"


class NewExample(Request):
    """An example given by hand."""

    task: Key
    input: Outcome
    expected_output: Outcome
    output: Outcome | None = None
    kind: ExampleKind = ExampleKind.GOOD
    source: Source = Source.USER


class Example(Message):
    """An input with its expected output, its quality and where it stands in review."""

    id: str
    task: str
    input: Any
    output: Any
    expected_output: Any
    kind: ExampleKind
    status: ExampleStatus
    quality: float
    quality_reasons: tuple[str, ...]
    source: Source
    inference_id: str | None
    feedback_key: str | None
    submitted_by: str
    reviewed_by: str | None
    note: str | None
    created_at: Moment
    reviewed_at: Moment | None


class Review(Request):
    """A reviewer's verdict; ``expected_output`` corrects the example before approval."""

    verdict: ReviewVerdict
    note: Annotated[str | None, Field(max_length=10_000)] = None
    expected_output: Outcome | None = None


class ReviewOfMany(Request):
    """One verdict for up to 1,000 pending examples; those reviewed already are left as they are."""

    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    verdict: ReviewVerdict
    note: Annotated[str | None, Field(max_length=10_000)] = None


class Reviewed(Message):
    """How many examples the verdict changed."""

    reviewed: int


class ExampleStats(Message):
    """How many examples there are by status."""

    total: int
    by: dict[ExampleStatus, int]


class TrainingRow(Message):
    """An approved example as a trainer reads it; ``outputs`` are those besides the label, which may be empty then.

    The feedback and the inference that it came from are for the lineage, and no part of what is learnt.
    """

    id: str
    text: str
    label: str
    outputs: dict[str, str] | None = None
    feedback_key: str | None = None
    inference_id: str | None = None
