"""Where answers carry their revision as an ETag, and an edit says with If-Match which revision it was made with."""

import re
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Header, Response

from contracts.errors import InvalidInput

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class Revised(Protocol):
    """What has a revision."""

    @property
    def revision(self) -> int: ...


Answered = TypeVar("Answered", bound=Revised)


def etag(answer: Revised) -> str:
    """Write the revision of an answer as an ETag."""
    return f'"{answer.revision}"'


def tagged(response: Response, answer: Answered) -> Answered:
    """Give an answer its revision as an ETag."""
    response.headers["ETag"] = etag(answer)
    return answer


def _expected(
    if_match: Annotated[
        str | None, Header(description='The ETag that was read: `"7"`; 412 if it changed since.')
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidInput.at("If-Match", 'must be an ETag as it was answered, like "7"')
    return int(found[1])


Expected = Annotated[int | None, Depends(_expected)]
"""The revision that the header If-Match names; None without one."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit was made with in view, and the answer that tells the revision it made."""

    expected: int | None
    response: Response

    def answer(self, answer: Answered) -> Answered:
        """Give the answer its revision as an ETag."""
        return tagged(self.response, answer)


def _edit(response: Response, expected: Expected) -> Edit:
    return Edit(expected, response)


Editing = Annotated[Edit, Depends(_edit)]
"""Both sides of an edit: If-Match and ETag."""
