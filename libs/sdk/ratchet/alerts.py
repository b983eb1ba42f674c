"""Where the calls about alerts are described."""

from contracts.api.alert import Acknowledgement, Alert, AlertState
from contracts.api.health import Severity
from contracts.api.live_event import LiveEvent
from contracts.api.page import Page
from ratchet import events
from ratchet.wire.call import Call, Stream, at, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, streaming


class Alerts(Noun[Way]):
    """What somebody should look at."""

    def _page(
        self,
        task: str | None = None,
        *,
        state: AlertState | None = None,
        severity: Severity | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Alert]]:
        """Give a page of the alerts, newest first."""
        return get(at("alerts"), Page[Alert], task=task, state=state, severity=severity, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @streaming
    def events(self, task: str | None = None, *, after: str | None = None) -> Stream[LiveEvent]:
        """Follow alerts as they are raised and resolved, from now on or after a position, without end."""
        return events.live("alerts", "events", after=after, task=task)

    @fields(Acknowledgement)
    def acknowledge(self, alert_id: str, order: Acknowledgement) -> Call[Alert]:
        """Note that you have seen an alert; the first word stays. Raises `UnknownAlert`."""
        return post(at("alerts", alert_id, "acknowledge"), Alert, order)
