"""Where the commands about examples are declared; the feedback service owns them."""

from contracts.api.example import (
    Example,
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


class GetExample(Command[Example]):
    """Give one example; raises `UnknownExample`."""

    subject = "examples.get"
    owner = Service.FEEDBACK

    example_id: str


class ListExamples(Command[Page[Example]], Listing):
    """Give the examples, newest first."""

    subject = "examples.list"
    owner = Service.FEEDBACK

    task: str | None = None
    status: ExampleStatus | None = None


class CountExamples(Command[ExampleStats]):
    """Count the examples by status."""

    subject = "examples.count"
    owner = Service.FEEDBACK
    askers = (Service.GATEWAY, Service.TRAINER, Service.REGISTRY)

    task: str | None = None


class ReviewExample(Command[Example]):
    """Approve or reject a pending example; raises `UnknownExample`, `AlreadyReviewed`."""

    subject = "examples.review"
    owner = Service.FEEDBACK

    example_id: str
    review: Review


class ReviewExamples(Command[Reviewed]):
    """Approve or reject many pending examples at once."""

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
