"""Where every request to the API gets its id, its asker, its time and its line in the audit log."""

import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi.routing import APIRoute
from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.rpc.caller import Caller
from chassis.tracing import span, traceparent
from contracts.errors import DomainError, InvalidInput, Unavailable
from contracts.event import Cause
from gateway import idempotency
from gateway.access import shown
from gateway.api import bodies, methods, problems, repeating, visitor, visits
from gateway.api.asker import Asker
from gateway.api.desk import Desk
from gateway.api.pace import Pace
from gateway.api.replies import Reply
from gateway.api.visitor import OPEN, Hall
from gateway.api.visits import Visit, request_id
from gateway.idempotency import Answer, Keyed
from gateway.store import audit as audit_log

API = "/v1/"
UPLOADS = "/v1/datasets"
_FORM_AROUND_A_FILE = 2**16
_VERSIONS = re.compile(r"/v1/tasks/[^/]+/versions")
_SECONDS = Histogram("ratchet_http_seconds", "Time until an answer begins.", ["method", "route", "status"])


class Traffic:
    """The wrapper around the API; the audit line is written before the answer leaves."""

    def __init__(self, app: ASGIApp, desk: Desk, routes: Sequence[APIRoute]) -> None:
        self._app = app
        self._desk = desk
        self._routes = routes
        self._database = desk.parts.database
        self._longest = int(desk.settings.body_limit_mb * 2**20)
        self._longest_upload = int(desk.settings.max_upload_mb * 2**20) + _FORM_AROUND_A_FILE
        self._hall = Hall(desk)
        self._pace = Pace(desk.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await methods.head(self._take, scope, receive, send)
        else:
            await self._take(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        visit = Visit(scope, request_id(headers), headers)
        reply = Reply(visit, receive, send, self._finish)
        with span(f"HTTP {scope['method']}", SpanKind.SERVER, _carrier(headers)):
            try:
                _check_address(scope)
                if scope["method"] == "OPTIONS" and (known := methods.allowed(self._routes, scope)):
                    await methods.choices(known)(scope, receive, reply)
                else:
                    await self._admit(visit)
                    await self._serve(visit, receive, reply)
            except DomainError as refusal:
                await problems.response(refusal)(scope, receive, reply)
            except ClientDisconnect:
                log().info("request.abandoned", path=scope["path"])

    async def _admit(self, visit: Visit) -> None:
        bodies.check_length(visit.headers, self._limit(visit.scope))
        if not visit.scope["path"].startswith(API):
            return
        if (visit.scope["method"], visit.scope["path"]) in OPEN:
            visit.standing = self._hall.let_in(visit.scope, visit.headers, visit.request_id)
            return
        async with _reaching():
            network = visitor.network_of(self._desk, visit.scope, visit.headers)
            identity = await self._desk.keyring.identify(visit.headers, network, reading=not visit.is_mutating)
        visit.standing = self._pace.let_in(identity, _secret(visit.headers))
        cause = Cause(identity.actor, visit.request_id, traceparent=traceparent(), person=identity.person)
        own = (
            visit.key and f"{identity.person}/{visit.key}"
        )  # or services would take what two people ask for as asked once
        visit.asker = Asker(identity, Caller(identity.tenant, cause, own), self._desk)
        visit.scope.setdefault("state", {})["asker"] = visit.asker

    async def _serve(self, visit: Visit, receive: Receive, reply: Reply) -> None:
        if not _is_keyed(visit):
            await self._app(visit.scope, bodies.limited(receive, self._limit(visit.scope)), reply)
            return
        body = await bodies.whole(receive, self._longest)
        request = _keyed(visit, body)
        async with _reaching():
            kept = await idempotency.begin(self._database, request)
        if kept:
            await reply.repeat(kept)
            return
        visit.keyed = request
        await self._carry_out(visit, request, bodies.again(body, receive), reply)

    async def _carry_out(self, visit: Visit, request: Keyed, receive: Receive, reply: Reply) -> None:
        try:
            async with idempotency.under_way(self._database, request):
                await self._app(visit.scope, receive, reply)
        finally:
            if not reply.settled:
                await idempotency.release(self._database, request)

    def _limit(self, scope: Scope) -> int:
        is_form = bodies.is_form(dict(scope["headers"]))
        is_upload = scope["path"] == UPLOADS or (_VERSIONS.fullmatch(scope["path"]) and is_form)
        return self._longest_upload if scope["method"] == "POST" and is_upload else self._longest

    async def _finish(self, visit: Visit, status: int, answer: Answer | None) -> bool:
        """Note the time, write the audit line and keep the answer; say whether that could be done."""
        took = time.perf_counter() - visit.started
        _SECONDS.labels(visit.scope["method"], visit.route, status).observe(took)
        if not (visit.asker and (visit.is_recorded or visit.keyed)):
            return True
        entry = visits.entry(visit, visit.asker, status, took)
        try:
            async with self._database.transaction(visit.asker.caller.tenant) as tx:
                if visit.is_recorded:
                    await audit_log.insert(tx, entry)
                if visit.keyed:
                    await idempotency.settle(tx, visit.keyed, answer)
        except UNREACHABLE as lost:
            log().error("audit.not_written", entry=repr(entry), reason=str(lost) or type(lost).__name__)
            return False
        return True


def _is_keyed(visit: Visit) -> bool:
    """Say whether the answer is to be kept; a form is as long as its file, which is recognised by whoever reads it."""
    return bool(visit.asker and visit.asker.caller.idempotency_key) and not bodies.is_form(visit.headers)


def _keyed(visit: Visit, body: bytes) -> Keyed:
    asker, scope = visit.asker, visit.scope
    if asker is None or asker.caller.idempotency_key is None:
        message = "only requests with an asker and a key are kept"
        raise AssertionError(message)
    said = (
        scope["method"].encode(),
        scope["path"].encode(),
        scope["query_string"],
        visit.headers.get(b"if-match", b""),
    )
    whose, key, brief = _secret(visit.headers), asker.caller.idempotency_key, repeating.is_brief(scope["path"])
    return idempotency.keyed(asker.caller.tenant, whose, key, (*said, body), brief=brief)


def _secret(headers: Mapping[bytes, bytes]) -> bytes:
    """Give what whoever asks is known by, and nobody else has."""
    return shown.read(headers).secret


@asynccontextmanager
async def _reaching() -> AsyncGenerator[None]:
    try:
        yield
    except UNREACHABLE as lost:
        detail = "The gateway cannot reach its database at the moment; please try again shortly."
        raise Unavailable(detail) from lost


def _check_address(scope: Scope) -> None:
    """Refuse what Postgres cannot store, not even in the audit log."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise InvalidInput.at("address", "must not hold a NUL character (%00)")


def _carrier(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    given = headers.get(b"traceparent")
    return {"traceparent": given.decode("latin-1")} if given else {}
