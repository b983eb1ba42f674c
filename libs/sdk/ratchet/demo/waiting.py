"""Where the demo waits for what the system does in its own time."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from contracts.errors import DomainError

Found = TypeVar("Found")
_PAUSE_S = 0.1


class TookTooLong(DomainError):
    """Something did not happen in time."""


def until(look: Callable[[], Found | None], *, what: str, within_s: float = 30.0) -> Found:
    """Look until there is something to see; raises `TookTooLong`."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(_PAUSE_S)
    raise TookTooLong(f"After {within_s:g} s there is still no sign that {what}. `ratchet status` shows what runs.")


def counted(count: Callable[[], int], goal: int, *, patience_s: float = 10.0) -> Iterator[int]:
    """Give what a counter gains, until it reaches its goal or has not moved for a while."""
    reached, moved_at = 0, time.monotonic()
    while reached < goal and time.monotonic() - moved_at < patience_s:
        now = min(goal, count())
        if now > reached:
            yield now - reached
            reached, moved_at = now, time.monotonic()
        elif reached < goal:
            time.sleep(_PAUSE_S)
