"""Where the calls about versions are described."""

from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.version import Promotion, Version, VersionStatus
from ratchet.wire.call import Call, at, get, post
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
