"""Where a GET is answered with 304 and no body if whoever asks names the ETag of the answer that it would get.

Only of what its ETag covers as a whole: some answers tell besides what changes without any edit, such as the evidence
of a rollout.
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response

Answered = TypeVar("Answered")

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as it was when its ETag was read."}}


class Unchanged(Exception):
    """Whoever asks has the answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


@dataclass(frozen=True, slots=True)
class Look:
    """What whoever asks has seen before, and the answer that tells them its ETag."""

    had: frozenset[str]
    response: Response

    def answer(self, answer: Answered, etag: str) -> Answered:
        """Give the answer its ETag; raises `Unchanged` if it is one of those that were seen."""
        if etag in self.had:
            raise Unchanged(etag)
        self.response.headers["ETag"] = etag
        return answer


def _look(
    response: Response,
    if_none_match: Annotated[
        str | None, Header(description="ETags of answers that are at hand; 304 if it still is one of them.")
    ] = None,
) -> Look:
    named = (each.strip().removeprefix("W/") for each in (if_none_match or "").split(","))
    return Look(frozenset(named), response)


Looking = Annotated[Look, Depends(_look)]
"""Both sides of a look: If-None-Match and ETag."""


async def unchanged(_: Request, known: Unchanged) -> Response:
    """Answer that nothing has changed."""
    return Response(status_code=304, headers={"ETag": known.etag})
