"""Where lists are cut into pages, and cursors are read."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from contracts.api.page import Page
from contracts.errors import InvalidInput

Item = TypeVar("Item")
_MOST_DIGITS = 9


def cut(found: Sequence[Item], limit: int, cursor: Callable[[Item], object]) -> Page[Item]:
    """Make a page of at most ``limit`` items; one found beyond them says that there are more."""
    shown = tuple(found[:limit])
    return Page(items=shown, next_cursor=str(cursor(shown[-1])) if len(found) > limit else None)


def number(cursor: str | None) -> int | None:
    """Read a cursor that is a number; raises `InvalidInput`."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _MOST_DIGITS):
        raise InvalidInput.at("cursor", "is not a cursor of this list")
    return int(cursor)


def key(cursor: str | None) -> str | None:
    """Read a cursor that is a key; raises `InvalidInput`."""
    if cursor is not None and "\x00" in cursor:
        raise InvalidInput.at("cursor", "is not a cursor of this list")
    return cursor
