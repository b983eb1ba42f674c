"""Where an answer is held back until it is written down that it was given, and kept if it may be asked for again."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Message, Receive, Send

from contracts.errors import Unavailable
from gateway.api import problems
from gateway.api.shields import shielded
from gateway.api.visits import Visit
from gateway.idempotency import LARGEST, Answer

Finish = Callable[[Visit, int, Answer | None], Awaitable[bool]]
"""Writes down that a request was answered, and its answer if that is to be kept; says whether it could."""

_NOT_RECORDED = Unavailable(
    "What you asked for may have been done, but could not be written to the audit log, because the gateway cannot "
    "reach its database at the moment. Look, or send it again with the same Idempotency-Key."
)


class Reply:
    """The way out of one answer; one that is to be kept is collected first, up to the size that is kept."""

    def __init__(self, visit: Visit, receive: Receive, send: Send, finish: Finish) -> None:
        self._visit = visit
        self._receive = receive
        self._send = send
        self._finish = finish
        self._start: Message = {}
        self._body = b""
        self._leaving: bool | None = None
        """Whether the answer leaves, or another does instead; None until that is known."""

    @property
    def settled(self) -> bool:
        return self._leaving is not None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if self._visit.keyed is None:
                await self._let_go(None)
        elif self._leaving is None:
            await self._collect(message)
        elif self._leaving:
            await self._send(message)

    async def repeat(self, answer: Answer) -> None:
        """Give an answer that was kept."""
        response = Response(answer.body, answer.status)
        response.raw_headers = [*answer.headers, (b"idempotency-replayed", b"true")]
        await response(self._visit.scope, self._receive, self)

    async def _collect(self, message: Message) -> None:
        self._body += message.get("body", b"")
        more = message.get("more_body", False)
        if more and len(self._body) <= LARGEST:
            return
        is_kept = not more and len(self._body) <= LARGEST
        answer = Answer(self._start["status"], list(self._start["headers"]), self._body) if is_kept else None
        if await self._let_go(answer):
            await self._send({"type": "http.response.body", "body": self._body, "more_body": more})
        self._body = b""

    async def _let_go(self, answer: Answer | None) -> bool:
        self._leaving = await self._finish(self._visit, self._start["status"], answer)
        if self._leaving:
            await self._send(self._dressed(self._start))
        else:
            await problems.response(_NOT_RECORDED)(self._visit.scope, self._receive, self._send_dressed)
        return self._leaving

    async def _send_dressed(self, message: Message) -> None:
        await self._send(self._dressed(message) if message["type"] == "http.response.start" else message)

    def _dressed(self, start: Message) -> Message:
        said = [*start["headers"], (b"x-request-id", self._visit.request_id.encode()), *self._visit.standing]
        return {**start, "headers": shielded(said)}
