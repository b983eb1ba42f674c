"""Where identifiers are made."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from uuid_utils import uuid7

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A tenant's or a task's name: it is a token of NATS subjects, so no dots, spaces or wildcards."""

ItemId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
"""An id that an application may choose itself: up to 128 printable ASCII characters without spaces."""


def new_id() -> str:
    """Make a UUIDv7: unique, and sortable by the time it was made."""
    return str(uuid7())


def known_form(text: str) -> str | None:
    """Write the id of a row as Postgres does, which takes not all the spellings that Python does; None for no id."""
    try:
        return str(UUID(text))
    except ValueError:
        return None
