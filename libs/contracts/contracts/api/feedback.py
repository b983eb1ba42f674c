"""Where opinions about served answers are described."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, FiniteFloat, field_validator, model_validator

from contracts.api.measure import MEASURES
from contracts.api.outcome import Outcome
from contracts.ids import ItemId, Key
from contracts.message import Message, Moment, Request
from contracts.problem import FieldProblem


class Operation(StrEnum):
    """What the opinion is about."""

    CLASSIFICATION = "classification"
    SUGGESTION = "suggestion"
    SENTIMENT = "sentiment"
    OUTCOME = "outcome"


class FeedbackVerdict(StrEnum):
    """Whether the answer was right."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Source(StrEnum):
    """Who speaks."""

    USER = "user"
    EXPERT = "expert"
    AUTOMATED = "automated"


class Aside(StrEnum):
    """Opinions to look at: those that still wait for their inferences, and those that came too late to count."""

    PARKED = "parked"
    LATE = "late"


_OPINIONS = ("verdict", "score", "correction", "comment", "used", "helpful", "value")
_LARGEST = 1e12


class NewFeedback(Request):
    """An opinion; sending the same ``key`` again changes nothing.

    It may come before its inference. ``correction`` is the ideal answer and becomes an example. ``metric`` and
    ``value`` report an outcome of your own, which rollouts and experiments can watch by its name.
    """

    key: Annotated[ItemId | None, Field(description="Makes the opinion idempotent; made by Ratchet if missing.")] = None
    inference_id: ItemId | None = None
    task: Key
    operation: Operation = Operation.CLASSIFICATION
    verdict: FeedbackVerdict | None = None
    score: Annotated[float | None, Field(ge=0, le=1)] = None
    input: Annotated[Outcome | None, Field(description="What was asked, if there is no inference to ask.")] = None
    correction: Outcome | None = None
    comment: Annotated[str | None, Field(max_length=10_000)] = None
    used: bool | None = None
    helpful: bool | None = None
    by: Annotated[str | None, Field(max_length=200)] = None
    source: Source = Source.USER
    occurred_at: Moment | None = None
    metric: Annotated[Key | None, Field(description="Name of an outcome of your own, such as basket-value.")] = None
    value: Annotated[
        FiniteFloat | None, Field(ge=-_LARGEST, le=_LARGEST, description="Its value, kept to nine decimals in sums.")
    ] = None

    @field_validator("metric")
    @classmethod
    def _is_your_own(cls, metric: str | None) -> str | None:
        if metric in MEASURES:
            message = f"{metric!r} is a metric of Ratchet's own; give an outcome of yours another name"
            raise ValueError(message)
        return metric

    @model_validator(mode="after")
    def _measures_by_name(self) -> Self:
        if (self.metric is None) != (self.value is None):
            message = "metric and value belong together: the name of an outcome of your own, and what it came to"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in _OPINIONS):
            message = f"says nothing: at least one of {', '.join(_OPINIONS)} is needed"
            raise ValueError(message)
        return self


class Feedback(Message):
    """An opinion as stored; ``version_id`` is known once its inference has arrived, and until then it is ``parked``.

    Of opinions with the same inference, operation, metric and source, what the latest says counts (``standing``), and
    the others are kept as its history. One that is ``late``, given after the task's attribution window, counts nowhere.
    """

    key: str
    inference_id: str | None
    task: str
    version_id: str | None
    operation: Operation
    verdict: FeedbackVerdict | None
    score: float | None
    correction: Any
    comment: str | None
    used: bool | None
    helpful: bool | None
    by: str | None
    source: Source
    occurred_at: Moment
    stored_at: Moment
    metric: str | None = None
    value: float | None = None
    parked: Annotated[bool, Field(description="Whether it still waits for its inference.")] = False
    late: Annotated[bool, Field(description="Whether it was given after the attribution window.")] = False
    standing: Annotated[bool, Field(description="Whether something that it says counts.")] = True
    superseded_by: Annotated[str | None, Field(description="Key of the opinion that says it all again, later.")] = None

    @property
    def counts(self) -> str:
        """Say in a word or two whether it counts."""
        if self.late:
            return "no, too late"
        if not self.standing:
            return "no, revised"
        return "for no version yet" if self.parked else "yes"


class FeedbackStats(Message):
    """How many opinions count, in all and by group: what stands of several by one source about one answer is one.

    ``parked`` of these wait for their inferences. Beside them ``late`` opinions count nowhere, and ``superseded`` ones
    are only kept as the history of others.
    """

    total: int
    by: dict[str, int]
    parked: int = 0
    late: int = 0
    superseded: int = 0


class RefusedItem(Message):
    """One item of a list that cannot be accepted, with every field that is wrong."""

    index: int
    errors: tuple[FieldProblem, ...]


class Accepted(Message):
    """How many items were durably accepted, with the ids they have; an item that is wrong is refused alone."""

    accepted: int
    ids: tuple[str, ...]
    refused: tuple[RefusedItem, ...] = ()
