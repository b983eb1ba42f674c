"""Where the call for metrics is described."""

from contracts.api.metrics import Metrics, Period
from ratchet.wire.call import Call, at, get
from ratchet.wire.noun import Noun, Way, endpoint


class MetricsOfTasks(Noun[Way]):
    """The numbers of a task in production."""

    @endpoint
    def get(self, task: str, *, version: str | None = None, period: Period = Period.DAY) -> Call[Metrics]:
        """Give the numbers of a task in a period, in total, by version and over time; raises `UnknownTask`."""
        return get(at("metrics"), Metrics, task=task, version=version, period=period)
