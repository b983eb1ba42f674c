"""Where somebody waits for a part of what happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import Counter, Gauge

from chassis.logging import log
from gateway.streams.heard import Heard

Welcome = Callable[[], Awaitable[str]]
"""Gives the empty string as long as somebody may listen, or a sentence that says why not."""

LISTENERS = Gauge("ratchet_listeners", "Open event streams.")
_DROPPED = Counter("ratchet_listeners_dropped_total", "Event streams that were closed because their reader is slow.")


async def always() -> str:
    """Welcome somebody until they leave."""
    return ""


class Listener:
    """Somebody who listens; who falls too far behind is closed, and told so."""

    def __init__(self, backlog: int, welcome: Welcome = always) -> None:
        self.open = True
        self.reason = ""
        self.number = 0
        self.welcome = welcome
        self._backlog = backlog
        self._waiting: list[Heard] = []
        self._woken = asyncio.Event()

    def begin(self, number: int) -> None:
        """Note the last event before those that will be offered."""
        self.number = number

    async def next(self, within_s: float) -> Sequence[Heard]:
        """Give what has happened meanwhile; nothing if nothing happens in time, or if it is closed."""
        if self.open and not self._waiting:
            try:
                async with asyncio.timeout(within_s):
                    await self._woken.wait()
            except TimeoutError:
                return ()
        self._woken.clear()
        waiting, self._waiting = self._waiting, []
        return waiting

    def offer(self, events: Sequence[Heard]) -> None:
        """Give events to take; too many that wait close it, as they can be read again later."""
        if not self.open:
            return
        if len(self._waiting) + len(events) > self._backlog:
            _DROPPED.inc()
            log().warning("listener.dropped", waiting=len(self._waiting))
            self.close(f"More than {self._backlog:,} events waited to be read. Connect again to go on where you are.")
        else:
            self._waiting += events
            self._woken.set()

    def close(self, reason: str) -> None:
        """Let nothing more come, for a reason that is told."""
        if self.open:
            self.open, self.reason, self._waiting = False, reason, []
            self._woken.set()
