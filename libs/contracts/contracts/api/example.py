"""Where examples, worth training on once approved, are described."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts import storable
from contracts.api.feedback import Source
from contracts.api.outcome import Outcome
from contracts.ids import Key
from contracts.message import Message, Moment, Request


def _storable(text: str | None) -> str | None:
    storable.check(text)
    return text


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


class ExampleOrder(StrEnum):
    """In which order examples are listed: the newest first, or those of the least quality first."""

    NEWEST = "newest"
    QUALITY = "quality"


class NewExample(Request):
    """An example given by hand."""

    task: Key
    input: Outcome
    expected_output: Outcome
    output: Outcome | None = None
    kind: ExampleKind = ExampleKind.GOOD
    source: Source = Source.USER


class ExampleOfAnswer(Request):
    """An example made of a served answer: a good one as it is, a bad one or a correction with what it should have been.

    Without ``kind`` it is a correction where ``expected_output`` differs from the answer, else a good one.
    """

    kind: ExampleKind | None = None
    expected_output: Outcome | None = None
    note: Annotated[str | None, Field(max_length=10_000, description="Why it is one."), AfterValidator(_storable)] = (
        None
    )
    source: Source = Source.USER


class Example(Message):
    """An input with its expected output, its quality and where it stands in review.

    ``p_label`` is the probability that a classifier which did not learn from it gives its label, ``likely_label`` the
    one that it finds likeliest, as of ``assessed_at``. What was deleted is kept for the versions that learnt from it.
    """

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
    revision: int = 1
    disputed: bool = False
    remark: str | None = None
    p_label: float | None = None
    likely_label: str | None = None
    assessed_at: Moment | None = None
    deleted_at: Moment | None = None
    deleted_by: str | None = None


class Review(Request):
    """A reviewer's verdict; ``expected_output`` corrects the example before approval."""

    verdict: ReviewVerdict
    note: Annotated[str | None, Field(max_length=10_000, pattern=r"^[^\x00]*$")] = None
    expected_output: Outcome | None = None


class ReviewOfMany(Request):
    """One verdict for up to 1,000 pending examples; those that are settled already are left as they are."""

    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    verdict: ReviewVerdict
    note: Annotated[str | None, Field(max_length=10_000, pattern=r"^[^\x00]*$")] = None


class Reviewed(Message):
    """How many examples were reviewed, and what became of them.

    They are settled, wait for others, or are disputed; ``skipped`` were settled before, are not there, or may not be
    reviewed by those who submitted them.
    """

    reviewed: int
    settled: int = 0
    waiting: int = 0
    disputed: int = 0
    skipped: int = 0


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
