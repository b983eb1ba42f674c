"""Where it is kept what is known of one request on its way through."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

from contracts.errors import InvalidInput
from contracts.ids import new_id
from gateway import audit
from gateway.api import repeating, visitor
from gateway.api.asker import Asker
from gateway.api.shields import Header
from gateway.audit import NewEntry
from gateway.idempotency import Keyed

READING = frozenset({"GET", "HEAD", "OPTIONS"})
UNRECORDED = frozenset({"/v1/tasks/{task}/predict"})
_TOKEN = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(slots=True)
class Visit:
    """One request: who asks, since when, and under which key, if the answer is to be kept."""

    scope: Scope
    request_id: str
    headers: Mapping[bytes, bytes]
    started: float = field(default_factory=time.perf_counter)
    asker: Asker | None = None
    keyed: Keyed | None = None
    standing: list[Header] = field(default_factory=list[Header])

    @property
    def route(self) -> str:
        return getattr(self.scope.get("route"), "path", "")

    @property
    def is_mutating(self) -> bool:
        return self.scope["method"] not in READING

    @property
    def key(self) -> str | None:
        """Give the key by which the same request is recognised.

        A question has nothing to be done once: under a key its first answer would be repeated all day.
        """
        asks = not self.is_mutating or repeating.only_asks(self.scope["path"])
        return None if asks else idempotency_key(self.headers)

    @property
    def is_recorded(self) -> bool:
        return bool(self.asker and self.route) and self.is_mutating and self.route not in UNRECORDED


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


def entry(visit: Visit, asker: Asker, status: int, took: float) -> NewEntry:
    """Give the line of the audit log for a request that was answered."""
    return NewEntry(
        actor=asker.identity.actor,
        person=asker.identity.person,
        action=f"{visit.scope['method']} {visit.route}",
        target=visit.scope["path"],
        status=status,
        outcome=audit.outcome_of(status),
        latency_ms=took * 1000,
        request_id=visit.request_id,
        address=visitor.address_of(visit.scope, visit.headers, asker.desk.settings.trusted_proxies),
    )
