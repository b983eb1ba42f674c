"""Where the calls about feedback are described."""

from collections.abc import Sequence

from contracts.api.feedback import Accepted, Aside, Feedback, FeedbackStats, NewFeedback
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.metrics import Period
from contracts.api.page import Page
from ratchet.wire.call import Call, at, get, post, put
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Feedbacks(Noun[Way]):
    """Opinions about served answers."""

    @fields(NewFeedback)
    def send(self, feedback: NewFeedback) -> Call[Accepted]:
        """Send one opinion with the fields of `NewFeedback`."""
        return post(at("feedback"), Accepted, feedback)

    @endpoint
    def send_many(self, feedback: Sequence[NewFeedback]) -> Call[Accepted]:
        """Send up to 1,000 opinions; one that is sent again with its ``key`` counts once."""
        return post(at("feedback"), Accepted, feedback)

    def _page(
        self,
        *,
        task: str | None = None,
        inference_id: str | None = None,
        only: Aside | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Feedback]]:
        """Give a page of opinions, newest first; only those that wait for their inferences, or that came too late."""
        aside = {only.value: "true"} if only else {}
        about = {"task": task, "inference_id": inference_id} | aside
        return get(at("feedback"), Page[Feedback], **about, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def stats(
        self,
        *,
        task: str | None = None,
        version: str | None = None,
        group_by: str = "verdict",
        period: Period = Period.ALL,
    ) -> Call[FeedbackStats]:
        """Count the opinions that stand by ``verdict``, ``operation``, ``source`` or ``version_id``."""
        return get(at("feedback", "stats"), FeedbackStats, task=task, version=version, group_by=group_by, period=period)

    @endpoint
    def policy(self, task: str) -> Call[FeedbackPolicy]:
        """Give how the feedback of a task counts; raises `UnknownTask`."""
        return get(at("tasks", task, "feedback-policy"), FeedbackPolicy)

    @fields(FeedbackPolicy)
    def set_policy(self, task: str, policy: FeedbackPolicy) -> Call[FeedbackPolicy]:
        """Set how the feedback of a task counts with the fields of `FeedbackPolicy`; raises `UnknownTask`."""
        return put(at("tasks", task, "feedback-policy"), FeedbackPolicy, policy)
