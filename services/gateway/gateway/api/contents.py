"""Where answers without a revision carry a hash of what they say as an ETag, and an edit says which it had in view."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from contracts.errors import InvalidInput
from contracts.etags import etag

Answered = TypeVar("Answered", bound=BaseModel)


def tagged(response: Response, answer: Answered) -> Answered:
    """Give an answer its hash as an ETag."""
    response.headers["ETag"] = etag(answer)
    return answer


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit was made with in view, and the answer that tells what it made."""

    seen: str | None
    response: Response

    def answer(self, answer: Answered) -> Answered:
        """Give the answer its hash as an ETag."""
        return tagged(self.response, answer)


def _edit(
    response: Response,
    if_match: Annotated[str | None, Header(description="The ETag that was read; 412 if it changed since.")] = None,
) -> Edit:
    given = None if if_match is None or if_match.strip() == "*" else if_match.strip().removeprefix("W/")
    if given is not None and not (given.startswith('"') and given.endswith('"')):
        raise InvalidInput.at("If-Match", 'must be an ETag as it was answered, like "0123456789abcdef"')
    return Edit(given, response)


Editing = Annotated[Edit, Depends(_edit)]
"""Both sides of an edit: If-Match and ETag."""
