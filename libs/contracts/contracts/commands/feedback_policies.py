"""Where the commands about feedback policies are declared; the feedback service owns them."""

from contracts.api.feedback_policy import FeedbackPolicy
from contracts.command import Command
from contracts.service import Service


class GetFeedbackPolicy(Command[FeedbackPolicy]):
    """Give how the feedback of a task counts; where nothing was set, the default. Raises `UnknownTask`."""

    subject = "feedback.policy"
    owner = Service.FEEDBACK

    task: str


class SetFeedbackPolicy(Command[FeedbackPolicy]):
    """Set how the feedback of a task counts; raises `UnknownTask`, and `Stale` unless ``seen`` is its `etag`."""

    subject = "feedback.set_policy"
    owner = Service.FEEDBACK

    task: str
    policy: FeedbackPolicy
    seen: str | None = None
