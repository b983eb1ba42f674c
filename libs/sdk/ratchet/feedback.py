"""Where the calls about feedback are described."""

from collections.abc import Sequence

from contracts.api.feedback import Accepted, Feedback, FeedbackStats, NewFeedback
from contracts.api.metrics import Period
from contracts.api.page import Page
from ratchet.wire.call import Call, at, get, post
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
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Feedback]]:
        """Give a page of opinions, newest first."""
        return get(at("feedback"), Page[Feedback], task=task, inference_id=inference_id, limit=limit, cursor=cursor)

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
        """Count the opinions by ``verdict``, ``operation``, ``source`` or ``version_id``."""
        return get(at("feedback", "stats"), FeedbackStats, task=task, version=version, group_by=group_by, period=period)
