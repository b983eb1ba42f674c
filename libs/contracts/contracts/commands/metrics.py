"""Where the questions about what happened in production are declared; the feedback service owns the answers."""

from contracts.api.feedback import Feedback, FeedbackStats
from contracts.api.inference import Inference
from contracts.api.metrics import Metrics, Period
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class GetInference(Command[Inference]):
    """Give one inference; raises `UnknownInference`."""

    subject = "inferences.get"
    owner = Service.FEEDBACK

    inference_id: str


class ListInferences(Command[Page[Inference]], Listing):
    """Give the inferences, newest first."""

    subject = "inferences.list"
    owner = Service.FEEDBACK

    task: str | None = None
    version_id: str | None = None


class ListFeedback(Command[Page[Feedback]], Listing):
    """Give the opinions, newest first."""

    subject = "feedback.list"
    owner = Service.FEEDBACK

    task: str | None = None
    inference_id: str | None = None


class CountFeedback(Command[FeedbackStats]):
    """Count the opinions by a column: ``verdict``, ``operation``, ``source`` or ``version_id``."""

    subject = "feedback.count"
    owner = Service.FEEDBACK

    task: str | None = None
    version_id: str | None = None
    group_by: str = "verdict"
    period: Period = Period.ALL


class GetMetrics(Command[Metrics]):
    """Give the numbers of a task in a period, from rollups; raises `UnknownTask`."""

    subject = "metrics.get"
    owner = Service.FEEDBACK
    askers = (Service.GATEWAY, Service.REGISTRY)

    task: str
    version_id: str | None = None
    period: Period = Period.DAY
