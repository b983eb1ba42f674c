"""Where the calls for the audit log are described."""

from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

from contracts.api.audit import AuditEntry, AuditOutcome, NewAuditExport
from contracts.api.page import Page
from ratchet.wire.call import Call, at, fetch_posted, get
from ratchet.wire.files import OnProgress, Sink
from ratchet.wire.noun import Noun, Way, endpoint, every


class WantedEntries(TypedDict, total=False):
    """Which lines to list: all terms have to hold; ``action`` is a route, such as ``POST /v1/tasks``."""

    actor: str | None
    action: str | None
    outcome: AuditOutcome | None
    request_id: str | None
    since: datetime | None
    until: datetime | None
    limit: int
    cursor: str | None


class Audit(Noun[Way]):
    """Who did what, when, how long it took and how it ended."""

    def _page(self, **wanted: Unpack[WantedEntries]) -> Call[Page[AuditEntry]]:
        """Give a page of the log, newest first; all fields of `WantedEntries` are optional."""
        times = {"from": wanted.pop("since", None), "to": wanted.pop("until", None)}
        asked = {name: str(value) for name, value in wanted.items() if value is not None}
        return get(at("audit"), Page[AuditEntry], **asked, **times)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def export(
        self, to: str | Path, wanted: NewAuditExport | None = None, *, on_progress: OnProgress | None = None
    ) -> Call[Path]:
        """Save the log, or a part of it, oldest first, as a file; the answer is its path."""
        return fetch_posted(at("audit", "export"), Sink(Path(to), on_progress), wanted or NewAuditExport())
