"""Where the calls about versions are described."""

from pathlib import Path
from typing import Any, Literal

from contracts.api.download import TableFormat
from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.version import Promotion, Version, VersionStatus
from ratchet.wire.call import Call, at, fetch, get, get_object, post
from ratchet.wire.files import OnProgress, Sink
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Versions(Noun[Way]):
    """What trainings made."""

    def _page(
        self, task: str, *, status: VersionStatus | None = None, limit: int = 50, cursor: str | None = None
    ) -> Call[Page[Version]]:
        """Give a page of a task's versions, newest first; raises `UnknownTask`."""
        return get(at("tasks", task, "versions"), Page[Version], status=status, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def get(self, version_id: str) -> Call[Version]:
        """Give one version; raises `UnknownVersion`."""
        return get(at("versions", version_id), Version)

    @fields(Promotion)
    def promote(self, version_id: str, promotion: Promotion) -> Call[Route]:
        """Make a version the champion; raises `UnknownVersion`, `GateNotPassed`."""
        return post(at("versions", version_id, "promote"), Route, promotion)

    @endpoint
    def lineage(self, version_id: str) -> Call[dict[str, Any]]:
        """Say what a version was made of; raises `UnknownVersion`."""
        return get_object(at("versions", version_id, "lineage"))

    @endpoint
    def card(self, version_id: str) -> Call[dict[str, Any]]:
        """Give the model card; raises `UnknownVersion`."""
        return get_object(at("versions", version_id, "card"))

    @endpoint
    def download(self, version_id: str, to: str | Path, *, on_progress: OnProgress | None = None) -> Call[Path]:
        """Download the bytes of a version into a file; raises `UnknownVersion`."""
        return fetch(at("versions", version_id, "artifact"), Sink(Path(to), on_progress))

    @endpoint
    def forecast(
        self,
        version_id: str,
        to: str | Path,
        *,
        format: TableFormat | Literal["csv", "parquet", "json"] = "csv",  # noqa: A002 (as the API calls it)
        on_progress: OnProgress | None = None,
    ) -> Call[Path]:
        """Download the forecasts of every series into a file; raises `UnknownVersion`, `NoTable`."""
        return fetch(at("versions", version_id, "forecast"), Sink(Path(to), on_progress), format=str(format))
