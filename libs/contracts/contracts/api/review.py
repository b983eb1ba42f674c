"""Where the review of examples is described: the queue, who has which, and all that became of one."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from contracts.api.example import Example, ExampleKind, ExampleStatus, ReviewVerdict
from contracts.api.outcome import Outcome
from contracts.ids import Key
from contracts.message import Message, Moment, Request

Person = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
"""The name that somebody is shown by; today the name of an API key."""

Note = Annotated[str | None, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Ids = Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
_ONE_OF_BOTH = "give either task or ids: whose examples, or which"


class GivenReview(Message):
    """What one person said about an example; ``expected_output`` is the answer that they approved."""

    by: str
    verdict: ReviewVerdict
    note: str | None
    expected_output: Any
    at: Moment
    adjudicates: bool = False


class QueuedExample(Message):
    """An example that waits for somebody's review.

    What others said is shown only where they disagree and somebody has to decide: nobody should be led by others.
    """

    example: Example
    reviews: int
    required: int
    assigned_to: tuple[str, ...] = ()
    held_until: Moment | None = None
    given: tuple[GivenReview, ...] = ()


class ExampleEdit(Request):
    """What is changed in a pending example; reviews of the older text do not count any more."""

    input: Outcome | None = None
    expected_output: Outcome | None = None
    kind: ExampleKind | None = None
    note: Note = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(value is None for _, value in self):
            message = "changes nothing: at least one of input, expected_output, kind, note is needed"
            raise ValueError(message)
        return self


class Assignment(Request):
    """Share pending examples out evenly, each to ``each`` different people; to as many as are missing, if not given."""

    task: Key | None = None
    ids: Ids | None = None
    to: Annotated[tuple[Person, ...], Field(min_length=1, max_length=100)]
    each: Annotated[int | None, Field(ge=1, le=10)] = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.task is None) == (self.ids is None):
            raise ValueError(_ONE_OF_BOTH)
        return self


class AssignmentOfOne(Request):
    """Give one example to people; with ``replace`` to these alone."""

    to: Annotated[tuple[Person, ...], Field(min_length=1, max_length=10)]
    replace: bool = False


class Assigned(Message):
    """What was shared out; ``short`` examples could not be given to enough people, ``left`` were too many for now."""

    examples: int
    assignments: int
    by: dict[str, int]
    short: int = 0
    left: int = 0


class Claim(Request):
    """Take the next examples for oneself; nobody else is given them meanwhile, unless more reviews are required."""

    task: Key
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    minutes: Annotated[int, Field(ge=1, le=240)] = 15


class Claimed(Message):
    """What somebody holds now."""

    items: tuple[QueuedExample, ...]


class Release(Request):
    """Give back what was claimed by or assigned to somebody (oneself, if not named): these examples, or a task's."""

    task: Key | None = None
    ids: Ids | None = None
    person: Person | None = None
    claims_only: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.task is None) == (self.ids is None):
            raise ValueError(_ONE_OF_BOTH)
        return self


class Released(Message):
    """How many examples were given back."""

    released: int


class HistoryKind(StrEnum):
    """What can happen to an example."""

    SUBMITTED = "submitted"
    ASSIGNED = "assigned"
    RELEASED = "released"
    EDITED = "edited"
    REVIEWED = "reviewed"
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    SETTLED = "settled"


class FieldChange(Message):
    """One field that was changed."""

    field: str
    before: Any
    after: Any


class HistoryEntry(Message):
    """One thing that happened to an example; entries are never changed."""

    at: Moment
    by: str
    what: HistoryKind
    sentence: str
    verdict: ReviewVerdict | None = None
    note: str | None = None
    status: ExampleStatus | None = None
    to: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
