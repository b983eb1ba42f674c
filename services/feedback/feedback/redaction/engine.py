"""Where patterns are compiled, by RE2: its time grows with the text alone, so that no pattern can stop the service."""

from collections.abc import Iterator
from typing import Any, Protocol, cast

import re2  # pyright: ignore[reportMissingTypeStubs]

_RE2: Any = cast("Any", re2)
_MOST_MEMORY = 2**20
_NOTHING = "matches nothing at all, and so would stand between any two characters"


class Found(Protocol):
    """A place in a text."""

    def span(self) -> tuple[int, int]:
        """Give where it begins and where it ends."""
        ...


class Pattern(Protocol):
    """A compiled pattern."""

    def finditer(self, text: str) -> Iterator[Found]:
        """Give each place, from the left, none within another."""
        ...


def compiled(pattern: str) -> Pattern:
    """Compile a pattern; raises `ValueError` with what is wrong with it."""
    options = _RE2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    try:
        made = _RE2.compile(pattern, options)
    except _RE2.error as wrong:
        (said,) = wrong.args
        raise ValueError(said.decode(errors="replace") if isinstance(said, bytes) else str(said)) from wrong
    if made.search("") is not None:
        raise ValueError(_NOTHING)
    return made
