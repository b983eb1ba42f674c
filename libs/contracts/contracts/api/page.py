"""Where lists are cut into pages."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field

from contracts.message import Message

Item = TypeVar("Item")

PageSize = Annotated[int, Field(ge=1, le=1000, description="Items to give at most.")]


class Page(Message, Generic[Item]):
    """Some items; ``next_cursor`` asks for those after them and is null on the last page."""

    items: tuple[Item, ...]
    next_cursor: str | None = None
