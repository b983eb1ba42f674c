"""Where the calls about what serves are described."""

from datetime import datetime

from contracts.api.page import Page
from contracts.api.route import Resolution, Route, Serving
from contracts.api.version import Rollback
from ratchet.wire.call import Call, at, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Routes(Noun[Way]):
    """Which versions serve, and which did."""

    @endpoint
    def get(self, task: str) -> Call[Route]:
        """Give the present route; raises `UnknownTask`."""
        return get(at("tasks", task, "route"), Route)

    @endpoint
    def resolve(self, task: str, *, unit: str | None = None) -> Call[Resolution]:
        """Ask which version a unit gets; `ratchet.Resolver` answers the same without a call. Raises `UnknownTask`."""
        return get(at("tasks", task, "resolve"), Resolution, unit=unit)

    @fields(Rollback)
    def roll_back(self, task: str, rollback: Rollback) -> Call[Route]:
        """Put an earlier champion back; raises `UnknownTask`, `UnknownVersion`, `NothingToRollBackTo`."""
        return post(at("tasks", task, "rollback"), Route, rollback)

    def _page(self, task: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Serving]]:
        """Give a page of the ledger, newest first; raises `UnknownTask`."""
        return get(at("tasks", task, "history"), Page[Serving], limit=limit, cursor=cursor)

    history = endpoint(_page)
    all_history = every(_page)

    @endpoint
    def serving(self, task: str, *, at_time: datetime | None = None) -> Call[Serving]:
        """Give what served a task at a time, or now; raises `UnknownTask`, `NothingServes`."""
        return get(at("tasks", task, "serving"), Serving, at=at_time)
