"""Where lists are cut into pages that fit into one message."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from contracts.api.page import Page
from contracts.errors import InvalidInput

Item = TypeVar("Item", bound=BaseModel)

MOST_BYTES = 512 * 1024
"""Half of what a NATS message carries by default; one item alone may be larger, as it came in one message itself."""


def cut(items: Sequence[Item | None], limit: int, cursor_of: Callable[[Item], str]) -> Page[Item]:
    """Make a page of the first items; give one more than the limit where there are more, or None for it."""
    kept: list[Item] = []
    size = 0
    for item in items[:limit]:
        size += len(item.model_dump_json().encode()) if item else MOST_BYTES
        if item is None or (kept and size > MOST_BYTES):
            break
        kept.append(item)
    more = len(items) > len(kept)
    return Page(items=tuple(kept), next_cursor=cursor_of(kept[-1]) if more and kept else None)


def by_place(items: Sequence[tuple[int, Item]], limit: int) -> Page[Item]:
    """Make a page of items that come with their places, which are the cursors."""
    page = cut([item for _, item in items], limit, lambda _: "")
    last = str(items[len(page.items) - 1][0]) if page.next_cursor is not None else None
    return Page(items=page.items, next_cursor=last)


def number(cursor: str | None, *, digits: int = 18) -> int | None:
    """Read a cursor that is a number of so many digits at most; raises `InvalidInput`."""
    if cursor is None:
        return None
    if cursor.isascii() and cursor.isdecimal() and len(cursor) <= digits:
        return int(cursor)
    raise InvalidInput.at("cursor", "is not a cursor of this list")


def uuid(cursor: str | None) -> str | None:
    """Read a cursor that is the id of a row; raises `InvalidInput`."""
    try:
        return str(UUID(cursor)) if cursor is not None else None
    except ValueError as wrong:
        raise InvalidInput.at("cursor", "is not a cursor of this list") from wrong


def key(cursor: str | None) -> str | None:
    """Read a cursor that is a key; raises `InvalidInput`."""
    if cursor is not None and "\x00" in cursor:
        raise InvalidInput.at("cursor", "is not a cursor of this list")
    return cursor
