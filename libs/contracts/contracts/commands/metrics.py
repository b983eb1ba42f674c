"""Where the questions about what happened in production are declared; the feedback service owns the answers."""

from contracts.api.feedback import Feedback, FeedbackStats
from contracts.api.inference import Inference
from contracts.api.metrics import MetricRow, Metrics, Period
from contracts.api.page import Page
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.message import Moment
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
    """Give the opinions, newest first: all, or those only that wait for their inferences, or that came too late."""

    subject = "feedback.list"
    owner = Service.FEEDBACK

    task: str | None = None
    inference_id: str | None = None
    parked: bool = False
    late: bool = False


class CountFeedback(Command[FeedbackStats]):
    """Count the opinions by a column: ``verdict``, ``operation``, ``source`` or ``version_id``."""

    subject = "feedback.count"
    owner = Service.FEEDBACK

    task: str | None = None
    version_id: str | None = None
    group_by: str = "verdict"
    period: Period = Period.ALL


class GetMetrics(Command[Metrics]):
    """Give the numbers of a task, or of all, from rollups; raises `UnknownTask`.

    They are of a period until now, of the time from ``since`` up to ``until``, or of a phase.
    """

    subject = "metrics.get"
    owner = Service.FEEDBACK
    askers = (Service.GATEWAY, Service.REGISTRY)

    task: str | None = None
    version_id: str | None = None
    period: Period = Period.DAY
    since: Moment | None = None
    until: Moment | None = None
    phase: str | None = None
    details: bool = False


class ListMetricRows(Command[Page[MetricRow]], Listing):
    """Give the numbers of each version in each minute, hour, day or month, oldest first; raises `UnknownTask`."""

    subject = "metrics.list"
    owner = Service.FEEDBACK

    task: str | None = None
    version_id: str | None = None
    period: Period = Period.DAY
    since: Moment | None = None
    until: Moment | None = None
