"""Where the fields that all lists are asked with are declared."""

from contracts.api.page import PageSize
from contracts.message import Message


class Listing(Message):
    """Ask for ``limit`` items after ``cursor`` (of the page before), newest first unless said otherwise."""

    limit: PageSize = 50
    cursor: str | None = None
