"""Where a request is sent to the OpenID provider, and its answer read."""

from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from contracts.errors import LoginRefused, Unavailable

Shape = TypeVar("Shape", bound=BaseModel)

_PATIENCE_S = 5.0
_FIRST_FAULT = 500


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent to exchange a code, and the client's name and secret, if it has one."""

    fields: dict[str, str]
    credentials: tuple[str, str] | None


async def ask(url: str, shape: type[Shape], form: Form | None = None) -> Shape:
    """Ask the provider; raises `LoginRefused` if it refuses, `Unavailable` if it does not answer as it should."""
    auth = httpx.BasicAuth(*form.credentials) if form and form.credentials else None
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S, auth=auth) as client:
            answer = await (client.post(url, data=form.fields) if form else client.get(url))
    except httpx.HTTPError as lost:
        raise Unavailable("The OpenID provider cannot be reached at the moment; please try again shortly.") from lost
    if form and not answer.is_success and answer.status_code < _FIRST_FAULT:
        raise LoginRefused("The OpenID provider did not accept this login; please begin again.")
    return _read(answer, shape)


def _read(answer: httpx.Response, shape: type[Shape]) -> Shape:
    try:
        if answer.is_success:
            return shape.model_validate_json(answer.content)
    except ValidationError as wrong:
        raise Unavailable("The OpenID provider answered something that cannot be read.") from wrong
    raise Unavailable("The OpenID provider cannot answer at the moment; please try again shortly.")
