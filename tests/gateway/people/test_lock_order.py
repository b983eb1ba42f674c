"""Where what people and admins do at the same moment is held to one order of locks, so that none wait in a circle."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from chassis.database import Transaction, connect
from contracts.service import Service
from gateway.access.oidc import entering
from gateway.access.oidc.claims import Claims
from gateway.store import accounts, sessions
from tests.gateway.people.registering import PASSWORD, Person, invite, join, log_in
from tests.gateway.stage import Gateway, as_, gateway_on

PROVIDER = {
    "oidc_role": "viewer",
    "oidc_issuer": "https://id.example.com",
    "oidc_client_id": "ratchet",
    "public_url": "https://ratchet.example.com",
}
BETWEEN_S = 0.03
STATEMENTS = ("execute", "fetch", "fetchrow", "fetchval")


@pytest.fixture
async def gateway(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    url = database_of(Service.GATEWAY)
    async with gateway_on(url, nats_url, key_cache_s=0, database_connections=20, **PROVIDER) as running:
        yield running


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what lets time pass after each statement from then on, so that transactions meet."""

    def begin() -> None:
        for name in STATEMENTS:
            monkeypatch.setattr(Transaction, name, _resting(getattr(Transaction, name)))

    return begin


def _resting(statement: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def run(tx: Transaction, *given: Any) -> Any:
        found = await statement(tx, *given)
        await asyncio.sleep(BETWEEN_S)
        return found

    return run


async def at_once(*asked: Awaitable[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in await asyncio.gather(*asked)]


async def later(seconds: float, asked: Awaitable[httpx.Response]) -> httpx.Response:
    await asyncio.sleep(seconds)
    return await asked


async def key_of(person: Person) -> str:
    made = await person.client.post("/v1/api-keys", json={"name": "nightly", "role": "viewer"})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_somebody_may_log_in_twice_at_once(gateway: Gateway, slowly: Callable[[], None]) -> None:
    await join(gateway)
    slowly()

    assert await at_once(*(log_in(gateway) for _ in range(3))) == [201] * 3


@pytest.mark.parametrize("change", ["rename", "rotate"])
async def test_somebody_goes_with_their_keys_while_one_of_these_is_changed(
    gateway: Gateway, slowly: Callable[[], None], change: str
) -> None:
    ada = await join(gateway, role="admin")
    key = await key_of(ada)
    await gateway.admin.post(f"/v1/api-keys/{key}/rotate", json={"grace_minutes": 5})
    slowly()

    changed = {
        "rename": lambda: gateway.admin.patch(f"/v1/api-keys/{key}", json={"name": "daily"}),
        "rotate": lambda: gateway.admin.post(f"/v1/api-keys/{key}/rotate", json={"grace_minutes": 5}),
    }[change]
    waits = [0.0, 0.02, 0.05, 0.08]
    found = await at_once(
        gateway.admin.delete(f"/v1/users/{ada.id}", params={"revoke_keys": True}),
        *(later(each, changed()) for each in waits),
    )

    assert found[0] == 204
    assert max(found) < 500


async def test_an_invitation_is_taken_up_while_whoever_has_it_is_removed(
    gateway: Gateway, slowly: Callable[[], None]
) -> None:
    made = await invite(gateway)
    accepted = {"token": made["invitation"]["token"], "password": PASSWORD}
    slowly()

    async with as_(gateway.url, None) as door:
        found = await at_once(
            door.post("/v1/invitations/accept", json=accepted),
            *(later(each, gateway.admin.delete(f"/v1/users/{made['id']}")) for each in (0.1, 0.15, 0.2, 0.25)),
        )

    assert max(found) < 500


async def test_a_session_is_used_while_all_of_somebody_end(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    ada = await join(gateway)
    session = (await log_in(gateway)).json()["id"]
    database = await connect(database_of(Service.GATEWAY), service="gateway")

    async def end_all() -> None:
        async with database.transaction("acme") as tx:
            await accounts.hold(tx, "acme", ada.id)
            await asyncio.sleep(0.2)
            await sessions.end_all(tx, "acme", ada.id)

    async def use() -> None:
        await asyncio.sleep(0.1)
        async with database.transaction("*") as tx:
            await sessions.note_use(tx, session)

    await asyncio.gather(end_all(), use())
    async with database.transaction("acme") as tx:
        left = await sessions.list_(tx, ada.id, before=None, limit=10)
    await database.close()

    assert left == []


async def test_somebody_comes_from_the_provider_while_another_is_invited(
    gateway: Gateway, slowly: Callable[[], None], database_of: Callable[[Service], str]
) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway")
    slowly()

    async def come() -> str:
        async with database.transaction("acme") as tx:
            claims = Claims("s-1", "bob@example.com", "Bob")
            return (await entering.account_of(tx, claims, gateway.settings)).name

    name, made = await asyncio.gather(come(), invite(gateway))
    await database.close()

    assert (name, made["name"]) == ("Bob", "Ada")
