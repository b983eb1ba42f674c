"""Where every route is walked as every role of two tenants, and who gets in is compared with the table of rights."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from contracts.api.access import Right, Role
from contracts.service import Service
from gateway import app
from gateway.access import rights
from gateway.settings import Settings
from tests.gateway import rights_of_routes
from tests.gateway.stage import ADMIN_KEY

TENANTS = ("acme", "globex")
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PLACES = {"service": "trainer", "action": "pause", "number": "1", "tenant": "umbrella", "plan": "platinum"}
NOBODY = "0199a000-0000-7000-8000-000000000000"
LAST = ("DELETE", "/v1/sessions")
ALLOWED = rights.TABLE
Walked = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Walker:
    """Somebody of a role, in a tenant, with a key."""

    role: Role
    tenant: str
    key: str


@pytest.fixture
async def application(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[ASGIApp]:
    """Give a gateway's application: without a network between, the walk takes a third of the time."""
    given: dict[str, Any] = {"bootstrap_admin_key": ADMIN_KEY, "port": 0, "log_level": "error", "requests_per_s": 10**6}
    settings = Settings(database_url=database_of(Service.GATEWAY), nats_url=nats_url, **given)
    async with app.running(settings) as server:
        yield server.config.app  # pyright: ignore[reportReturnType]


def admin_of(application: ASGIApp) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://gateway", headers=headers)


async def walkers(application: ASGIApp) -> list[Walker]:
    found: list[Walker] = []
    async with admin_of(application) as admin:
        await admin.post("/v1/tenants", json={"key": "globex"})
        for tenant in TENANTS:
            for role in Role:
                wanted, there = {"name": f"the {role}", "role": role}, {"X-Ratchet-Tenant": tenant}
                made = await admin.post("/v1/api-keys", json=wanted, headers=there)
                found.append(Walker(role, tenant, made.json()["secret"]))
    return found


async def operations(application: ASGIApp) -> list[tuple[str, str]]:
    """Give every method and path of the document; what would end the walker's own way in comes last."""
    async with admin_of(application) as admin:
        paths: dict[str, Any] = (await admin.get("/openapi.json")).json()["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods.keys() & METHODS]
    return sorted((each for each in found if each[1].startswith("/v1/")), key=lambda each: (each == LAST, each))


async def walk(application: ASGIApp, key: str | None, every: Iterable[tuple[str, str]]) -> Walked:
    return {each: await status(application, key, *each) for each in every}


async def status(application: ASGIApp, key: str | None, method: str, path: str) -> int:
    """Ask with ids of nothing and without a body, and go away as soon as the answer begins: streams do not end."""
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])
    begun = asyncio.get_running_loop().create_future()

    async def receive() -> Message:
        if request := next(asked, None):
            return request
        await begun
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.set_result(message["status"])

    address = re.sub(r"{(\w+)}", lambda found: PLACES.get(found[1], NOBODY), path)
    await application(_scope(method, address, key), receive, send)
    return await begun


def _scope(method: str, address: str, key: str | None) -> Scope:
    headers = [(b"host", b"gateway")] + ([(b"authorization", f"Bearer {key}".encode())] if key else [])
    of_http = {"type": "http", "http_version": "1.1", "scheme": "http", "root_path": "", "query_string": b""}
    between = {"client": ("127.0.0.1", 1), "server": ("gateway", 80), "headers": headers}
    return of_http | between | {"method": method, "path": address, "raw_path": address.encode()}


def surprises(walker: Walker, walked: Walked) -> list[str]:
    """Name the routes that let somebody in who may not, or keep somebody out who may."""
    wanted = rights_of_routes.written()
    return [
        f"{walker.role} of {walker.tenant}: {method} {path} answered {code}"
        for (method, path), code in walked.items()
        if (method, path) in wanted and (code in {401, 403}) == _may(walker.role, wanted[method, path])
    ]


def _may(role: Role, right: Right | None) -> bool:
    return right is None or role in ALLOWED[right]


async def test_every_route_lets_in_exactly_those_whom_the_table_of_rights_does(application: ASGIApp) -> None:
    ways_in = rights_of_routes.operations(rights_of_routes.OPEN)
    closed = [each for each in await operations(application) if each not in ways_in]
    found: list[str] = []

    for walker in await walkers(application):
        found += surprises(walker, await walk(application, walker.key, closed))

    assert found == []


async def test_every_route_is_in_the_table_and_none_is_open_to_strangers_but_the_ways_in(
    application: ASGIApp,
) -> None:
    every = set(await operations(application))
    ways_in = set(rights_of_routes.operations(rights_of_routes.OPEN))

    walked = [await walk(application, key, sorted(every - ways_in)) for key in (None, "rk_unknown", "rs_unknown")]

    assert every == rights_of_routes.written().keys() | ways_in
    assert [each for answers in walked for each, code in answers.items() if code != 401] == []


def test_a_route_that_lets_in_too_many_or_too_few_is_found() -> None:
    viewer = Walker(Role.VIEWER, "acme", "rk_x")

    too_many = surprises(viewer, {("POST", "/v1/tasks"): 422})
    too_few = surprises(viewer, {("GET", "/v1/tasks"): 403})

    assert too_many == ["viewer of acme: POST /v1/tasks answered 422"]
    assert too_few == ["viewer of acme: GET /v1/tasks answered 403"]


@pytest.mark.parametrize("right", Right)
def test_a_role_that_is_above_another_has_its_rights(right: Right) -> None:
    ladder = (Role.SUPER_ADMIN, Role.ADMIN, Role.MANAGER, Role.OPERATOR)

    has = [role in ALLOWED[right] for role in ladder]

    assert has == sorted(has, reverse=True)
