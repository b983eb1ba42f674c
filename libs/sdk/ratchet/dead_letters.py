"""Where the calls about messages that could not be handled are described."""

from contracts.api.dead_letter import DeadLetter
from contracts.api.page import Page
from contracts.service import Service
from ratchet.wire.call import Call, at, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every


class DeadLetters(Noun[Way]):
    """Messages that could not be handled; every service keeps its own."""

    def _page(self, service: Service, *, limit: int = 50, cursor: str | None = None) -> Call[Page[DeadLetter]]:
        """Give a page of a service's dead letters, newest first."""
        return get(at("dead-letters"), Page[DeadLetter], service=service, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def replay(self, service: Service, dead_letter_id: str) -> Call[DeadLetter]:
        """Hand a dead letter in again; raises `UnknownDeadLetter`."""
        return post(at("dead-letters", service, dead_letter_id, "replay"), DeadLetter)
