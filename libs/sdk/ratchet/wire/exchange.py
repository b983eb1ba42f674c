"""Where a call is carried out without touching a socket: what to send next, when to wait, what the reply means.

A generator yields calls and pauses and is sent the replies, so that the sync and the async client share every decision.
"""

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from contracts.errors import DomainError, TooSlow, Unavailable
from contracts.problem import Problem
from contracts.raising import from_problem
from ratchet.wire.call import Call

Answer = TypeVar("Answer")
ATTEMPTS = 5
PASSING = frozenset({429, 502, 503, 504})
PATIENCE_S = 5.0
"""Nobody is kept waiting longer than that in all; a refusal that asks for more is handed on at once."""
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so long before going on."""

    seconds: float


Reply = httpx.Response | httpx.TransportError | None
Steps = Generator[Call[Any] | Pause, Reply, Answer]


def exchange(call: Call[Answer]) -> Steps[Answer]:
    """Send, and send again while the fault may pass; every call is safe to repeat.

    Raises the `DomainError` that the gateway answered with, or `Unavailable` and `TooSlow` if it did not answer.
    """
    return call.read((yield from replied(call)).content)


def replied(call: Call[Any]) -> Steps[httpx.Response]:
    """Give the reply itself, for whoever needs more than what is read from its body; raises like `exchange`."""
    left = PATIENCE_S
    for attempt in range(1, ATTEMPTS):
        reply = yield call
        pause = max(pause_after(attempt), asked_for(reply))
        left -= pause
        if not may_pass(reply) or left < 0:
            return _succeeded(reply)
        yield Pause(pause)
    return _succeeded((yield call))


def may_pass(reply: Reply) -> bool:
    """Say whether the same call may succeed a moment later."""
    return not isinstance(reply, httpx.Response) or reply.status_code in PASSING


def pause_after(attempt: int) -> float:
    """Give the seconds to wait after so many attempts: doubling, with jitter, so that clients do not march in step."""
    return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)


def asked_for(reply: Reply) -> float:
    """Give the seconds that a refusal asks to wait by Retry-After, and a little more, so that not all come at once."""
    header = reply.headers.get("Retry-After", "") if isinstance(reply, httpx.Response) else ""
    return int(header) * random.uniform(1.0, 1.1) if header.isascii() and header.isdigit() else 0.0  # noqa: S311


def refusal(reply: Reply) -> DomainError:
    """Give the error that a failed reply means."""
    if isinstance(reply, httpx.Response):
        return from_problem(_problem(reply))
    tried = f"{reply.request.url.scheme}://{reply.request.url.netloc.decode()}" if reply else "nothing"
    if isinstance(reply, httpx.TimeoutException) and not isinstance(reply, httpx.ConnectTimeout):
        return TooSlow(f"No answer in time from {tried}.")
    return Unavailable(f"Is the gateway up? Tried {tried}: {str(reply) or type(reply).__name__}.")


def _succeeded(reply: Reply) -> httpx.Response:
    if not isinstance(reply, httpx.Response) or not reply.is_success:
        raise refusal(reply)
    return reply


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
