"""Where the calls about erasures are described."""

import time
from collections.abc import Iterable

from contracts.api.erasure import Erasure, ErasureStatus, NewErasure
from contracts.api.page import Page
from contracts.errors import TooSlow
from ratchet.wire.call import Call, at, get, post
from ratchet.wire.exchange import Pause, Steps, exchange
from ratchet.wire.noun import Noun, Way, conversation, endpoint, every, filled

_PAUSE_S = 0.5


class Erasures(Noun[Way]):
    """Orders to erase everything about a person."""

    @endpoint
    def create(self, subject: str, *, also: Iterable[str] = ()) -> Call[Erasure]:
        """Erase everything under a person's names: units, sessions, names in ``by``, and ids of inferences.

        Asked again while it is under way, it gives the same erasure. Raises `InvalidInput`.
        """
        return post(at("erasures"), Erasure, filled(NewErasure, subject=subject, also=tuple(also)))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Erasure]]:
        """Give a page of erasures, newest first."""
        return get(at("erasures"), Page[Erasure], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def get(self, erasure_id: str) -> Call[Erasure]:
        """Give one erasure; raises `UnknownErasure`."""
        return get(at("erasures", erasure_id), Erasure)

    @conversation
    def wait(self, erasure_id: str, *, timeout_s: float = 3600.0) -> Steps[Erasure]:
        """Wait until every service is done; raises `UnknownErasure`, and `TooSlow` after the time."""
        began = time.monotonic()
        while True:
            found = yield from exchange(get(at("erasures", erasure_id), Erasure))
            if found.status is ErasureStatus.COMPLETED:
                return found
            if time.monotonic() - began > timeout_s:
                raise TooSlow(f"Erasure {erasure_id} still waits for {', '.join(found.missing)} after {timeout_s:g} s.")
            yield Pause(_PAUSE_S)
