"""Where refusals and faults become problem+json (RFC 9457)."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis.faults import UNREACHABLE
from contracts import reasons
from contracts.errors import (
    BrokenJson,
    DomainError,
    InternalFault,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
)
from contracts.problem import MEDIA_TYPE, Problem
from gateway.api import looks, methods

_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}, 503: {"Retry-After": "2"}}
_WRONG_METHOD = 405
_UNTIL = "retry_after_s"
_LIMITS = ("items_per_s", "requests_per_s")

_MEANINGS = {
    400: "The body cannot be read.",
    401: "No valid API key or session came with the request.",
    403: "Whoever asks does not have the right, or not now; `detail` says why.",
    404: "What the request names does not exist for this tenant.",
    409: "It does not fit what is there now; `detail` says why, and often what to do.",
    412: "It was changed since the ETag that If-Match names was read.",
    413: "The body is larger than may be.",
    422: "The input is not valid; `errors` name the fields.",
    429: "More was sent than may be; `Retry-After` says when to go on.",
    500: "Something went wrong on our side; it was logged.",
    503: "A part of Ratchet is not available; try again.",
    504: "The answer took too long; it may come if it is asked for again.",
}


def described(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """Describe refusals for /openapi.json."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


RESPONSES = described((401, 403, 422, 503))
RESPONSES[401]["model"] = Problem


def response(refusal: DomainError, headers: dict[str, str] | None = None) -> Response:
    """Write a refusal."""
    body = refusal.problem().model_dump_json().encode()
    more = _HEADERS.get(refusal.status, {}) | _limits(refusal) | (headers or {})
    return Response(body, refusal.status, media_type=MEDIA_TYPE, headers=more)


def _limits(refusal: DomainError) -> dict[str, str]:
    """Say in headers too when to come again, and which limit was reached."""
    if _UNTIL not in refusal.facts:
        return {}
    seconds = str(refusal.facts[_UNTIL])
    reached = [refusal.facts[name] for name in _LIMITS if name in refusal.facts]
    if not reached:
        return {"Retry-After": seconds}
    limit = {"RateLimit-Limit": str(reached[0]), "RateLimit-Remaining": "0", "RateLimit-Reset": seconds}
    return {"Retry-After": seconds} | limit


async def refused(_: Request, refusal: DomainError) -> Response:
    return response(refusal)


async def invalid(_: Request, wrong: RequestValidationError) -> Response:
    return response(reasons.refusal(wrong.errors(), skip=1))


async def turned_away(request: Request, refusal: HTTPException) -> Response:
    """Write what the framework refuses: unknown addresses, wrong methods, bodies that cannot be read."""
    headers = dict(refusal.headers or {})
    if refusal.status_code == _WRONG_METHOD and (choices := _choices(request)):
        headers["Allow"] = ", ".join(choices)
    known = {
        400: BrokenJson("The body cannot be read as JSON."),
        404: NotFound(f"There is nothing at {request.url.path!r}; /openapi.json lists all addresses."),
        405: MethodNotAllowed(f"{request.url.path!r} does not take {request.method}."),
        413: TooLarge(str(refusal.detail)),
    }
    return response(known.get(refusal.status_code, NotFound(refusal.detail)), headers)


def _choices(request: Request) -> Sequence[str]:
    """Name all methods that the address takes; the framework names those of the first route alone."""
    return methods.allowed(getattr(request.app.state, "known_routes", ()), request.scope)


async def unreachable(_: Request, __: Exception) -> Response:
    return response(Unavailable("The gateway cannot reach its database at the moment; please try again shortly."))


async def failed(_: Request, __: Exception) -> Response:
    """Say nothing of the fault's inner life; Starlette raises it again, for the log."""
    return response(InternalFault("Something went wrong on our side; it was logged."))


HANDLERS: dict[Any, Any] = {
    looks.Unchanged: looks.unchanged,
    DomainError: refused,
    RequestValidationError: invalid,
    HTTPException: turned_away,
    Exception: failed,
} | dict.fromkeys(UNREACHABLE, unreachable)
