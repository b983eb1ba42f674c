"""Where the call for insights is described."""

from contracts.api.insights import Insights
from contracts.api.metrics import Period
from ratchet.wire.call import Call, at, get
from ratchet.wire.noun import Noun, Way, endpoint


class InsightsOfTasks(Noun[Way]):
    """What can be learnt from feedback."""

    @endpoint
    def get(self, task: str, *, period: Period = Period.WEEK) -> Call[Insights]:
        """Give what goes wrong, where, since when, and how reviews go; raises `UnknownTask`."""
        return get(at("insights"), Insights, task=task, period=period)
