"""Where the calls for metrics are described."""

from datetime import datetime
from pathlib import Path

from contracts.api.metrics import Metrics, Period
from contracts.api.metrics_export import NewMetricsExport
from ratchet.wire.call import Call, at, fetch_posted, get
from ratchet.wire.files import OnProgress, Sink
from ratchet.wire.noun import Noun, Way, endpoint


class MetricsOfTasks(Noun[Way]):
    """The numbers of a task in production."""

    @endpoint
    def get(
        self, task: str | None = None, *, version: str | None = None, period: Period = Period.DAY, details: bool = False
    ) -> Call[Metrics]:
        """Give the numbers of a task, or of all, in a period: in total, by version and over time.

        With ``details`` also of each label. Raises `UnknownTask`.
        """
        asked = {"task": task, "version": version, "period": period, "include_details": _yes(details)}
        return get(at("metrics"), Metrics, **asked)

    @endpoint
    def between(
        self,
        task: str | None = None,
        *,
        version: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        details: bool = False,
    ) -> Call[Metrics]:
        """Give the numbers of the time from a moment up to another, or until now; raises `UnknownTask`."""
        times = {"from": since, "to": until}
        asked = {"task": task, "version": version, "include_details": _yes(details)}
        return get(at("metrics"), Metrics, **asked, **times)

    @endpoint
    def of_phase(self, phase: str, *, task: str | None = None) -> Call[Metrics]:
        """Give the numbers of a step of a rollout, or of an experiment; raises `NotFound`."""
        return get(at("metrics"), Metrics, phase=phase, task=task)

    @endpoint
    def export(self, to: str | Path, wanted: NewMetricsExport, *, on_progress: OnProgress | None = None) -> Call[Path]:
        """Save the numbers of each version over time as a file; the answer is its path. Raises `UnknownTask`."""
        return fetch_posted(at("metrics", "export"), Sink(Path(to), on_progress), wanted)


def _yes(wanted: bool) -> str | None:  # noqa: FBT001 (a value, not a switch)
    return "true" if wanted else None
