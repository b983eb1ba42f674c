"""Where the commands about the review queue are declared; the feedback service owns them."""

from contracts.api.example import Example
from contracts.api.page import Page, PageSize
from contracts.api.review import (
    Assigned,
    Assignment,
    AssignmentOfOne,
    Claim,
    Claimed,
    ExampleEdit,
    HistoryEntry,
    QueuedExample,
    Release,
    Released,
)
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class ListQueue(Command[Page[QueuedExample]]):
    """Give the examples that whoever asks should review next, theirs first; raises `UnknownTask`."""

    subject = "reviews.queue"
    owner = Service.FEEDBACK

    task: str
    limit: PageSize = 20


class ClaimExamples(Command[Claimed]):
    """Hold the next examples for whoever asks; raises `UnknownTask`."""

    subject = "reviews.claim"
    owner = Service.FEEDBACK

    claim: Claim


class AssignExamples(Command[Assigned]):
    """Share pending examples out among people."""

    subject = "reviews.assign"
    owner = Service.FEEDBACK

    assignment: Assignment


class AssignExample(Command[Assigned]):
    """Give one example to people; raises `UnknownExample`, `AlreadyReviewed`."""

    subject = "reviews.assign_one"
    owner = Service.FEEDBACK

    example_id: str
    assignment: AssignmentOfOne


class ReleaseExamples(Command[Released]):
    """Give back what somebody holds or has assigned."""

    subject = "reviews.release"
    owner = Service.FEEDBACK

    release: Release


class EditExample(Command[Example]):
    """Change a pending example; raises `UnknownExample`, `AlreadyReviewed`, `Stale`, `NotAllowed`.

    With ``only_own`` it must be one that whoever asks submitted.
    """

    subject = "reviews.edit"
    owner = Service.FEEDBACK

    example_id: str
    edit: ExampleEdit
    expected_revision: int | None = None
    only_own: bool = False


class ListExampleHistory(Command[Page[HistoryEntry]], Listing):
    """Give what happened to an example, oldest first; raises `UnknownExample`."""

    subject = "reviews.history"
    owner = Service.FEEDBACK

    example_id: str
