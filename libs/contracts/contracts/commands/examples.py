"""Where the commands about examples are declared; the feedback service owns them."""

from typing import Annotated

from pydantic import Field

from contracts.api.example import (
    Example,
    ExampleOfAnswer,
    ExampleOrder,
    ExampleStats,
    ExampleStatus,
    NewExample,
    Review,
    Reviewed,
    ReviewOfMany,
    TrainingRow,
)
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.message import Moment
from contracts.service import Service


class SubmitExample(Command[Example]):
    """Add an example by hand; raises `UnknownTask`, `InvalidInput`."""

    subject = "examples.submit"
    owner = Service.FEEDBACK

    example: NewExample


class SubmitAnswer(Command[Example]):
    """Make an example of a served answer, one for each person; raises `UnknownInference`, `AlreadySubmitted`."""

    subject = "examples.submit_answer"
    owner = Service.FEEDBACK

    inference_id: str
    example: ExampleOfAnswer


class DeleteExample(Command[Example]):
    """Mark an example as deleted; raises `UnknownExample`, `NotAllowed`.

    With ``only_own`` it must be a pending one that whoever asks submitted.
    """

    subject = "examples.delete"
    owner = Service.FEEDBACK

    example_id: str
    only_own: bool = False


class GetExample(Command[Example]):
    """Give one example; raises `UnknownExample`."""

    subject = "examples.get"
    owner = Service.FEEDBACK

    example_id: str


class ListExamples(Command[Page[Example]], Listing):
    """Give the examples, newest first or worst first; those of a quality up to ``max_quality``, if that is given."""

    subject = "examples.list"
    owner = Service.FEEDBACK

    task: str | None = None
    status: ExampleStatus | None = None
    max_quality: Annotated[float | None, Field(ge=0, le=1)] = None
    order: ExampleOrder = ExampleOrder.NEWEST


class CountExamples(Command[ExampleStats]):
    """Count the examples by status."""

    subject = "examples.count"
    owner = Service.FEEDBACK
    askers = (Service.GATEWAY, Service.TRAINER, Service.REGISTRY)

    task: str | None = None


class ReviewExample(Command[Example]):
    """Review a pending example; raises `UnknownExample`, `AlreadyReviewed`, `OwnExample`, `Stale`."""

    subject = "examples.review"
    owner = Service.FEEDBACK

    example_id: str
    review: Review
    expected_revision: int | None = None


class ReviewExamples(Command[Reviewed]):
    """Review many pending examples at once."""

    subject = "examples.review_many"
    owner = Service.FEEDBACK

    review: ReviewOfMany


class CollectExamples(Command[Page[TrainingRow]]):
    """Give the approved examples of a task as of a time, by id, for a snapshot."""

    subject = "examples.collect"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)
    timeout_s = 15.0

    task: str
    until: Moment
    after: str | None = None
    limit: int = 1000
