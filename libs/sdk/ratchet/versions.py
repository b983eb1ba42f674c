"""Where the calls about versions are described."""

from pathlib import Path
from typing import Any, Literal

from contracts.api.difference import VersionDifference
from contracts.api.download import TableFormat
from contracts.api.lineage import Teacher
from contracts.api.page import Page
from contracts.api.registration import NewApproval, NewVersion, Retirement, VersionFacts
from contracts.api.route import Route
from contracts.api.version import Canary, Promotion, Version, VersionStatus
from ratchet.wire.call import Call, at, fetch, get, get_object, post, send
from ratchet.wire.files import OnProgress, Sink, Upload, readable
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

    @fields(NewVersion)
    def register(self, task: str, version: NewVersion) -> Call[Version]:
        """Register a version that is kept elsewhere, with the fields of `NewVersion`; raises `UnknownTask`."""
        return post(at("tasks", task, "versions"), Version, version)

    @endpoint
    def upload(
        self,
        task: str,
        file: str | Path,
        version: VersionFacts | None = None,
        *,
        on_progress: OnProgress | None = None,
    ) -> Call[Version]:
        """Register a version that was made elsewhere, with its file; raises `UnknownTask`, `InvalidInput`, `TooLarge`.

        The file must be one that the task's kind can load.
        """
        facts = {"version": version.model_dump_json(exclude_unset=True)} if version else {}
        opened = readable(file)
        return send(at("tasks", task, "versions"), Version, Upload(facts, opened, Path(file).name, on_progress))

    @endpoint
    def compare(self, a: str, b: str) -> Call[VersionDifference]:
        """Say how version b differs from version a of the same task; raises `UnknownVersion`, `InvalidInput`."""
        return get(at("versions", a, "compare", b), VersionDifference)

    @fields(NewApproval)
    def approve(self, version_id: str, approval: NewApproval) -> Call[Version]:
        """Say that a version may serve; raises `UnknownVersion`, `NotReleasable`."""
        return post(at("versions", version_id, "approve"), Version, approval)

    @fields(Retirement)
    def deprecate(self, version_id: str, order: Retirement) -> Call[Version]:
        """Set a version aside; raises `UnknownVersion`, `NotReleasable` for one that serves or is tried."""
        return post(at("versions", version_id, "deprecate"), Version, order)

    @fields(Retirement)
    def archive(self, version_id: str, order: Retirement) -> Call[Version]:
        """Set a version aside for good; raises `UnknownVersion`, `NotReleasable` for one that serves or is tried."""
        return post(at("versions", version_id, "archive"), Version, order)

    def _teachers(self, version_id: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Teacher]]:
        """Give a page of the examples in the rows that a version was made of, by id; raises `UnknownVersion`."""
        return get(at("versions", version_id, "lineage", "examples"), Page[Teacher], limit=limit, cursor=cursor)

    examples = endpoint(_teachers)
    all_examples = every(_teachers)

    @fields(Promotion)
    def promote(self, version_id: str, promotion: Promotion) -> Call[Route]:
        """Make a version the champion, or with ``traffic_percent`` below 100 give it that share of the units.

        Raises `UnknownVersion`, `NotReleasable`, `GateNotPassed`; for a share also `NothingServes`, `ReleaseUnderWay`.
        """
        return post(at("versions", version_id, "promote"), Route, promotion)

    @fields(Canary)
    def canary(self, version_id: str, canary: Canary) -> Call[Route]:
        """Give a version some per cent of the units until somebody says otherwise, or a guardrail is proven worse.

        Raises `UnknownVersion`, `NothingServes`, `NotReleasable`, `GateNotPassed`, `ReleaseUnderWay`.
        """
        return post(at("versions", version_id, "canary"), Route, canary)

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
