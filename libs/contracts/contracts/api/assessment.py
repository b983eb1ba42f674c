"""Where it is described how the labels of a task's examples are doubted by a classifier that learnt from the others."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.message import Message, Moment

SUSPECT_QUALITY = 0.5
"""An approved example of less quality is worth a second look."""

Share = Annotated[float, Field(ge=0, le=1)]


class AssessmentStatus(StrEnum):
    """How far the assessment of a task's examples is; ``unfit`` is a task whose kind has no labels to doubt."""

    NONE = "none"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNFIT = "unfit"


class Assessment(Message):
    """The last or the running assessment of a task's examples, numbered from 1.

    Of ``examples`` that were looked at, ``assessed`` got a probability of their label; ``suspects`` are approved ones
    of less quality than 0.5 after it, ``approved`` those that it raised above the task's threshold. ``problem`` says in
    a sentence why it failed, or why nothing could be told.
    """

    task: str
    status: AssessmentStatus
    number: int = 0
    progress: float = 0.0
    asked_by: str | None = None
    asked_at: Moment | None = None
    begun_at: Moment | None = None
    finished_at: Moment | None = None
    examples: int = 0
    assessed: int = 0
    approved: int = 0
    suspects: int = 0
    problem: str | None = None


class AssessmentWork(Message):
    """An assessment that whoever asked may carry out, as long as its number is the newest and news of it come."""

    tenant: str
    task: str
    number: int


class AssessmentClaim(Message):
    """Work to be done, if there is some."""

    work: AssessmentWork | None = None


class AssessableRow(Message):
    """A pending or approved example with a text and a label; of a long text only the beginning."""

    id: str
    text: str
    label: str
    given_at: Moment


class AssessedLabel(Message):
    """What a classifier that did not learn from an example finds of its label.

    ``p`` is the probability of the given label, ``likely`` the likeliest and ``p_likely`` its own; the classifier knows
    a label from ``texts_per_label`` different texts in the mean. Without ``p`` there were too few of the given one to
    learn from. ``idle_days`` before the newest example of the task was the given label last given.
    """

    id: str
    label: str
    p: Share | None = None
    likely: str | None = None
    p_likely: Share | None = None
    texts_per_label: Annotated[int, Field(ge=0)] = 0
    idle_days: Annotated[int, Field(ge=0)] = 0


class AssessmentHeard(Message):
    """Whether the assessment goes on; it does not if a newer one began, or somebody else took it over."""

    goes_on: bool
