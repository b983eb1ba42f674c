"""Where those are let to the few routes that need no key: to log in."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Scope

from contracts.errors import DomainError, LoginRefused
from gateway import audit
from gateway.access import delays
from gateway.access.entrant import Entrant
from gateway.access.limits import Limits, Rate
from gateway.api.desk import Desk

OPEN = frozenset(
    {
        ("POST", "/v1/sessions"),
        ("POST", "/v1/invitations/accept"),
        ("GET", "/v1/login/oidc"),
        ("GET", "/v1/login/oidc/callback"),
    }
)
"""The methods and addresses under /v1 that need no key."""

_DONE = {"POST": 201, "GET": 303}
_LONGEST_ADDRESS = 64
_PER_S, _AT_ONCE = 10, 100


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without a key, at the desk."""

    desk: Desk
    entrant: Entrant
    request_id: str
    action: str
    started: float = field(default_factory=time.perf_counter)

    @asynccontextmanager
    async def recorded(self) -> AsyncGenerator[Entrant]:
        """Write into the audit log how a login ended: of the tenant, if it is known whose, else of the first."""
        try:
            yield self.entrant
        except DomainError as refusal:
            if isinstance(refusal, LoginRefused) or self.entrant.tenant:
                await self._record(refusal.status)
            raise
        await self._record(_DONE[self.action.partition(" ")[0]])

    async def _record(self, status: int) -> None:
        whose = self.entrant
        took_ms = (time.perf_counter() - self.started) * 1000
        target = self.action.partition(" ")[2]
        entry = audit.NewEntry(
            actor=whose.name,
            person=whose.person,
            action=self.action,
            target=target,
            status=status,
            outcome=audit.outcome_of(status),
            latency_ms=took_ms,
            request_id=self.request_id,
            address=whose.address,
        )
        tenant = whose.tenant or self.desk.settings.bootstrap_tenant
        await audit.record(self.desk.parts.database, tenant, entry)


class Hall:
    """The way to the open routes, which is not so wide that one network could keep all others out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._limits = Limits(Rate(_PER_S, _AT_ONCE), _too_fast, "requests_per_s")

    def let_in(self, scope: Scope, headers: Mapping[bytes, bytes], request_id: str) -> list[tuple[bytes, bytes]]:
        """Take somebody to the desk, and give the headers that say how often they may come; `TooManyRequests`."""
        coming = arrived(self._desk, scope, headers, request_id)
        whose = delays.network(coming.entrant.address)
        self._limits.admit(whose)
        scope.setdefault("state", {})["visitor"] = coming
        return self._limits.spend(whose, 1)


def arrived(desk: Desk, scope: Scope, headers: Mapping[bytes, bytes], request_id: str) -> Visitor:
    """Give who comes to an open route."""
    agent = headers.get(b"user-agent", b"").decode("latin-1")
    address = address_of(scope, headers, desk.settings.trusted_proxies)
    return Visitor(desk, Entrant(address, agent), request_id, f"{scope['method']} {scope['path']}")


def _too_fast(_: str, per_s: int, wait: int) -> str:
    return f"More than {per_s:,} logins a second came from your network; please try again in {wait:,} s."


def network_of(desk: Desk, scope: Scope, headers: Mapping[bytes, bytes]) -> Callable[[], str]:
    """Give how to find out from which network a request comes, which is seldom asked."""
    return lambda: delays.network(address_of(scope, headers, desk.settings.trusted_proxies))


def address_of(scope: Scope, headers: Mapping[bytes, bytes], proxies: int) -> str:
    """Give where a request comes from: what the outermost of our own proxies has seen, if there are any."""
    seen = [each.strip() for each in headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
    if proxies and seen[-proxies:] and (forwarded := seen[-min(proxies, len(seen))]):
        return forwarded[:_LONGEST_ADDRESS]
    client = scope.get("client")
    return client[0] if client else "unknown"


async def _visitor(request: Request) -> Visitor:
    found: Visitor = request.state.visitor
    return found


Coming = Annotated[Visitor, Depends(_visitor, scope="function")]
"""Whoever comes to a route that needs no key."""
