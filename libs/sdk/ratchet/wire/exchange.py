"""Where a call is carried out without touching a socket: what to send next, when to wait, what the reply means.

A generator yields calls and pauses and is sent the replies, so that the sync and the async client share every decision.
"""

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from contracts.errors import DomainError, InternalFault, TooSlow, Unavailable
from contracts.problem import Problem
from contracts.raising import from_problem
from ratchet.wire import pauses
from ratchet.wire.call import Call

Answer = TypeVar("Answer")
Clock = Callable[[], float]
ATTEMPTS = 5
PASSING = frozenset({429, 502, 503, 504})
NOT_FOUND = 404
UNDER_WAY = 409
"""With Retry-After, the same call of another attempt is still being carried out."""
PATIENCE_S = 5.0
"""Nothing is tried again later than that; a refusal that asks for a longer wait is handed on at once."""
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so long before going on."""

    seconds: float


Reply = httpx.Response | httpx.TransportError | None
Steps = Generator[Call[Any] | Pause, Reply, Answer]


def exchange(call: Call[Answer], clock: Clock = time.monotonic) -> Steps[Answer]:
    """Send, and send again while the fault may pass; every call is safe to repeat.

    Raises the `DomainError` that the gateway answered with, or `Unavailable` and `TooSlow` if it did not answer.
    """
    reply = yield from replied(call, clock)
    try:
        return call.read(reply.content)
    except ValidationError as unreadable:
        raise InternalFault(
            f"The answer of {_tried(reply)} cannot be read. Is that a gateway of Ratchet, and not older than this SDK?"
        ) from unreadable


def replied(call: Call[Any], clock: Clock = time.monotonic) -> Steps[httpx.Response]:
    """Give the reply itself, for whoever needs more than what is read from its body; raises like `exchange`."""
    began = clock()
    for attempt in range(1, ATTEMPTS):
        reply = yield call
        pause = max(pause_after(attempt), asked_for(reply))
        late = clock() - began + pause > PATIENCE_S
        if late or not may_pass(reply) or not call.repeatable:
            return _succeeded(call, reply, attempt)
        yield Pause(pause)
    return _succeeded(call, (yield call), ATTEMPTS)


def may_pass(reply: Reply) -> bool:
    """Say whether the same call may succeed a moment later."""
    if not isinstance(reply, httpx.Response):
        return True
    under_way = reply.status_code == UNDER_WAY and "Retry-After" in reply.headers
    return under_way or reply.status_code in PASSING


def pause_after(attempt: int) -> float:
    """Give the seconds to wait after so many attempts."""
    return pauses.doubling(attempt, _FIRST_PAUSE_S, _LONGEST_PAUSE_S)


def asked_for(reply: Reply) -> float:
    """Give the seconds that a refusal asks to wait by Retry-After, and a little more, so that not all come at once."""
    header = reply.headers.get("Retry-After", "") if isinstance(reply, httpx.Response) else ""
    return int(header) * random.uniform(1.0, 1.1) if header.isascii() and header.isdigit() else 0.0  # noqa: S311


def refusal(reply: Reply) -> DomainError:
    """Give the error that a failed reply means."""
    if isinstance(reply, httpx.Response):
        return from_problem(_problem(reply))
    tried = _tried(reply) if reply else "nothing"
    if isinstance(reply, httpx.TimeoutException) and not isinstance(reply, httpx.ConnectTimeout):
        return TooSlow(f"No answer in time from {tried}.")
    return Unavailable(f"Is the gateway up? Tried {tried}: {str(reply) or type(reply).__name__}.")


def _tried(reply: httpx.Response | httpx.TransportError) -> str:
    return f"{reply.request.url.scheme}://{reply.request.url.netloc.decode()}"


def _succeeded(call: Call[Any], reply: Reply, attempt: int) -> httpx.Response:
    if not isinstance(reply, httpx.Response):
        raise refusal(reply)
    gone = call.method == "DELETE" and attempt > 1 and reply.status_code == NOT_FOUND
    if reply.is_success or gone:  # gone: an attempt whose answer got lost has deleted it
        return reply
    raise refusal(reply)


def _problem(response: httpx.Response) -> Problem:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        said = response.text[:_LONGEST_QUOTE].strip() or response.reason_phrase
        return Problem(
            type="about:blank",
            title=response.reason_phrase,
            status=response.status_code,
            detail=f"{said} ({response.url})",
        )
