"""Where the shape that all messages share is defined."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as far:
        message = "must lie in the years 1 to 9999 in UTC"
        raise ValueError(message) from far


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with a zone, kept in UTC and written as RFC 3339."""


class Message(BaseModel):
    """An immutable message; unknown fields are ignored, so that new optional ones break no reader."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Request(BaseModel):
    """What a client sends; an unknown field is refused by name, because it is most likely a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
