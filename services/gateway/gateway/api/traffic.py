"""Where every request to the API gets its id, its asker, its time and its line in the audit log."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.rpc.caller import Caller
from chassis.tracing import span, traceparent
from contracts.errors import DomainError, InvalidInput, TooLarge, Unavailable
from contracts.event import Cause
from contracts.ids import new_id
from gateway import audit
from gateway.api import problems
from gateway.api.asker import Asker
from gateway.api.desk import Desk

API = "/v1/"
UPLOADS = "/v1/datasets"
UNRECORDED = frozenset({"/v1/tasks/{task}/predict"})
_FORM_AROUND_A_FILE = 2**16
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_VERSIONS = re.compile(r"/v1/tasks/[^/]+/versions")
_TOKEN = re.compile(r"[\x21-\x7e]{1,128}")
_SECONDS = Histogram("ratchet_http_seconds", "Time until an answer begins.", ["method", "route", "status"])


@dataclass(slots=True)
class _Visit:
    """One request on its way through."""

    scope: Scope
    request_id: str
    headers: Mapping[bytes, bytes]
    started: float = field(default_factory=time.perf_counter)
    asker: Asker | None = None
    unrecorded: bool = False

    @property
    def route(self) -> str:
        return getattr(self.scope.get("route"), "path", "")

    @property
    def is_recorded(self) -> bool:
        mutating = self.scope["method"] not in _READING
        return bool(self.asker and self.route) and mutating and self.route not in UNRECORDED


class Traffic:
    """The wrapper around the API; the audit line is written before the answer leaves."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._longest = int(desk.settings.body_limit_mb * 2**20)
        self._longest_upload = int(desk.settings.max_upload_mb * 2**20) + _FORM_AROUND_A_FILE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        visit = _Visit(scope, request_id(headers), headers)

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", visit.request_id.encode())]
                visit.unrecorded = not await self._finish(visit, message["status"])
                if visit.unrecorded:
                    await problems.response(_NOT_RECORDED)(scope, receive, send)
            if not visit.unrecorded:
                await send(message)

        with span(f"HTTP {scope['method']}", SpanKind.SERVER, _carrier(headers)):
            try:
                await self._admit(visit)
                await self._app(scope, limited(receive, self._limit(scope)), reply)
            except DomainError as refusal:
                await problems.response(refusal)(scope, receive, reply)

    async def _admit(self, visit: _Visit) -> None:
        _check_address(visit.scope)
        check_length(visit.headers, self._limit(visit.scope))
        if not visit.scope["path"].startswith(API):
            return
        try:
            identity = await self._desk.keyring.identify(visit.headers)
        except UNREACHABLE as lost:
            detail = "The gateway cannot reach its database at the moment; please try again shortly."
            raise Unavailable(detail) from lost
        cause = Cause(identity.actor, visit.request_id, traceparent=traceparent())
        # A question has nothing to be done once: under a key its first answer would be repeated for ever.
        key = None if visit.scope["method"] == "GET" else idempotency_key(visit.headers)
        caller = Caller(identity.tenant, cause, key)
        visit.asker = Asker(identity, caller, self._desk)
        visit.scope.setdefault("state", {})["asker"] = visit.asker

    def _limit(self, scope: Scope) -> int:
        is_upload = scope["path"] == UPLOADS or (_VERSIONS.fullmatch(scope["path"]) and is_form(dict(scope["headers"])))
        return self._longest_upload if scope["method"] == "POST" and is_upload else self._longest

    async def _finish(self, visit: _Visit, status: int) -> bool:
        """Note the time and write the audit line; say whether that could be done."""
        took = time.perf_counter() - visit.started
        method, route = visit.scope["method"], visit.route
        _SECONDS.labels(method, route, status).observe(took)
        if not (visit.is_recorded and visit.asker):
            return True
        outcome, target = audit.outcome_of(status), visit.scope["path"]
        actor, action = visit.asker.identity.actor, f"{method} {route}"
        entry = audit.NewEntry(actor, action, target, status, outcome, took * 1000, visit.request_id)
        try:
            await audit.record(self._desk.parts.database, visit.asker.identity, entry)
        except UNREACHABLE as lost:
            log().error("audit.not_written", entry=repr(entry), reason=str(lost) or type(lost).__name__)
            return False
        return True


_NOT_RECORDED = Unavailable(
    "What you asked for may have been done, but could not be written to the audit log, because the gateway cannot "
    "reach its database at the moment. Look, or send it again with the same Idempotency-Key."
)


def request_id(headers: Mapping[bytes, bytes]) -> str:
    """Give the id that the request came with, or a new one."""
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if _TOKEN.fullmatch(given) else new_id()


def idempotency_key(headers: Mapping[bytes, bytes]) -> str | None:
    """Give the key by which a request that is sent again is recognised."""
    given = headers.get(b"idempotency-key")
    if given is None:
        return None
    key = given.decode("latin-1")
    if not _TOKEN.fullmatch(key):
        raise InvalidInput.at("Idempotency-Key", "must be 1 to 128 printable ASCII characters without spaces")
    return key


def is_form(headers: Mapping[bytes, bytes]) -> bool:
    """Say whether the body is a multipart form."""
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")


def _check_address(scope: Scope) -> None:
    """Refuse what Postgres cannot store, not even in the audit log."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise InvalidInput.at("address", "must not hold a NUL character (%00)")


def check_length(headers: Mapping[bytes, bytes], longest: int) -> None:
    """Refuse a body that says it is too long, before any of it is read."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit():
        check_size(int(length), longest)


def check_size(size: int, longest: int) -> None:
    """Refuse a body that is too long; raises `TooLarge`."""
    if size > longest:
        raise TooLarge(_too_large(longest), limit_bytes=longest)


def limited(receive: Receive, longest: int) -> Receive:
    """Read a body only as far as the limit; FastAPI lets no other exception than its own pass while it reads."""
    read = 0

    async def count() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > longest:
            raise HTTPException(413, _too_large(longest))
        return message

    return count


def _too_large(longest: int) -> str:
    return f"The body is larger than the {longest:,} bytes that are allowed."


def _carrier(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    given = headers.get(b"traceparent")
    return {"traceparent": given.decode("latin-1")} if given else {}
