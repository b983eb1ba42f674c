"""Where it is tried what becomes of API keys: their scopes, expiry, changes and new secrets, and who may touch them."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from chassis.database import connect
from contracts.errors import NotAuthenticated
from contracts.service import Service
from gateway.access.keyring import Keyring
from tests.gateway.people import registering
from tests.gateway.people.test_login import execute
from tests.gateway.stage import ADMIN_KEY, Gateway, as_, gateway_on


async def make(client: httpx.AsyncClient, name: str, role: str = "service", **others: Any) -> dict[str, Any]:
    answer = await client.post("/v1/api-keys", json={"name": name, "role": role} | others)
    assert answer.status_code == 201, answer.text
    return answer.json()


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


async def rights_of(gateway: Gateway, secret: str) -> list[str] | int:
    async with as_(gateway.url, secret) as client:
        answer = await client.get("/v1/me")
    return answer.json()["rights"] if answer.status_code == 200 else answer.status_code


async def test_a_key_with_scopes_has_these_rights_and_no_others(gateway: Gateway) -> None:
    made = await make(gateway.admin, "reader", "admin", scopes=["read", "administer", "read"])

    async with as_(gateway.url, made["secret"]) as reader:
        me = (await reader.get("/v1/me")).json()
        refused = await reader.post("/v1/tasks", json={"key": "t"})
        more = await reader.post("/v1/api-keys", json={"name": "more", "role": "viewer"})
        less = await reader.post("/v1/api-keys", json={"name": "less", "role": "viewer", "scopes": ["read"]})

    assert (made["scopes"], made["rights"], me["rights"]) == (["read", "administer"],) * 3
    assert (me["can_train"], refused.status_code, more.status_code, less.status_code) == (False, 403, 403, 201)
    assert "scopes of this key" in refused.json()["detail"]
    assert more.json()["rights"] == ["resolve"]


async def test_wrong_keys_are_refused_by_field(gateway: Gateway) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["fly"]}, "scopes.0"),
        ({"scopes": ["log", "train"]}, "scopes.1"),
        ({"scopes": "log"}, "scopes"),
        ({"expires_at": yesterday}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"name": " \u200b "}, "name"),
        ({"name": ["x"]}, "name"),
        ({"role": "root"}, "role"),
        ({"tenant": "globex"}, "tenant"),
    ]

    answers = [await gateway.admin.post("/v1/api-keys", json={"name": "k"} | body) for body, _ in wrong]

    found = [(answer.status_code, answer.json()["errors"][0]["field"]) for answer in answers]
    assert found == [(422, field) for _, field in wrong]
    assert len((await gateway.admin.get("/v1/api-keys")).json()["items"]) == 1


async def test_a_key_that_has_expired_is_not_valid_and_its_name_is_free(
    gateway: Gateway, database_of: Callable[[Service], str], nats_url: str
) -> None:
    made = await make(gateway.admin, "shop", expires_at=in_an_hour().isoformat())

    before = await rights_of(gateway, made["secret"])
    taken = await gateway.admin.post("/v1/api-keys", json={"name": "SHOP"})
    await execute(database_of(Service.GATEWAY), "UPDATE api_keys SET expires_at = now() WHERE name = 'shop'")
    async with gateway_on(database_of(Service.GATEWAY), nats_url) as forgetful:
        after = await rights_of(forgetful, made["secret"])
    again = await make(gateway.admin, "Shop")
    late = await gateway.admin.patch(f"/v1/api-keys/{made['id']}", json={"expires_at": None})

    assert (before, after) == (["resolve", "log", "predict"], 401)
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:ratchet:problem:name-taken")
    assert await rights_of(gateway, again["secret"]) == ["resolve", "log", "predict"]
    assert (late.status_code, late.json()["type"]) == (409, "urn:ratchet:problem:key-revoked")


async def test_the_expiry_holds_for_what_is_remembered_too(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    end = in_an_hour()
    made = await make(gateway.admin, "shop", expires_at=end.isoformat())
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    times = iter([end.timestamp() - 0.001, end.timestamp()])
    keyring = Keyring(database, fresh_s=60, clock=lambda: next(times))
    headers = {b"authorization": f"Bearer {made['secret']}".encode()}

    identity = await keyring.identify(headers)
    with pytest.raises(NotAuthenticated, match="has expired"):
        await keyring.identify(headers)

    assert identity.actor == "shop"
    await database.close()


async def test_a_changed_key_is_another_at_once_and_only_if_it_is_the_one_that_was_seen(gateway: Gateway) -> None:
    made = await make(gateway.admin, "shop", "viewer")
    place = f"/v1/api-keys/{made['id']}"
    etag = (await gateway.admin.get(place)).headers["etag"]

    changed = await gateway.admin.patch(
        place, json={"name": "shop-2", "role": "operator", "scopes": ["log"]}, headers={"If-Match": etag}
    )
    stale = await gateway.admin.patch(place, json={"name": "other"}, headers={"If-Match": etag})
    whole = await gateway.admin.patch(place, json={"scopes": None})
    misfit = await gateway.admin.patch(place, json={"role": "service", "scopes": ["review"]})

    assert (changed.json()["rights"], changed.headers["etag"]) == (["log"], '"2"')
    assert await rights_of(gateway, made["secret"]) == ["read", "resolve", "log", "predict", "submit"]
    assert (stale.status_code, whole.json()["name"], misfit.status_code) == (412, "shop-2", 422)


async def test_a_new_secret_leaves_the_old_one_valid_for_the_minutes_of_grace_alone(gateway: Gateway) -> None:
    first = await make(gateway.admin, "shop")
    place = f"/v1/api-keys/{first['id']}/rotate"

    second = (await gateway.admin.post(place, json={"grace_minutes": 5})).json()
    both = [await rights_of(gateway, each["secret"]) for each in (first, second)]
    third = (await gateway.admin.post(place, json={"grace_minutes": 0})).json()
    last = [await rights_of(gateway, each["secret"]) for each in (first, second, third)]
    wrong = [await gateway.admin.post(place, json={"grace_minutes": minutes}) for minutes in (-1, 1e9, "soon")]

    known = ["resolve", "log", "predict"]
    assert (first["secret"] != second["secret"], both, last) == (True, [known, known], [401, 401, known])
    assert (second["previous_until"] > second["rotated_at"], third["previous_until"]) == (True, None)
    assert {answer.status_code for answer in wrong} == {422}


async def test_a_secret_from_before_counts_as_whoever_had_it_and_ends_with_them(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    ada, bob = await registering.join(gateway, role="admin"), await registering.join(gateway, "Bob", role="admin")
    first = await make(ada.client, "shop")
    second = (await bob.client.post(f"/v1/api-keys/{first['id']}/rotate", json={"grace_minutes": 60})).json()
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    keyring = Keyring(database, fresh_s=60)

    headers = [{b"authorization": f"Bearer {each['secret']}".encode()} for each in (first, second)]
    persons = [(await keyring.identify(each)).person for each in headers]
    removed = await gateway.admin.delete(f"/v1/users/{ada.id}", params={"revoke_keys": "true"})

    assert persons == [f"user:{ada.id}", f"user:{bob.id}"]
    rights = [await rights_of(gateway, each["secret"]) for each in (first, second)]
    assert (removed.status_code, rights) == (204, [401, ["resolve", "log", "predict"]])
    await database.close()


async def test_an_admin_cannot_get_at_the_rights_of_a_super_admin_by_its_key(gateway: Gateway) -> None:
    (first,) = (await gateway.admin.get("/v1/api-keys")).json()["items"]
    place = f"/v1/api-keys/{first['id']}"
    made = await make(gateway.admin, "ann", "admin")

    async with as_(gateway.url, made["secret"]) as ann:
        answers = [
            await ann.post(f"{place}/rotate", json={"grace_minutes": 60}),
            await ann.patch(place, json={"role": "admin"}),
            await ann.delete(place),
            await ann.patch(f"/v1/api-keys/{made['id']}", json={"role": "super_admin"}),
            await ann.post("/v1/api-keys", json={"name": "x", "role": "super_admin", "scopes": ["read"]}),
        ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert "secret" not in answers[0].json()
    assert await rights_of(gateway, ADMIN_KEY) != 401


async def test_keys_of_another_tenant_do_not_exist_for_an_admin(gateway: Gateway) -> None:
    elsewhere = {"X-Ratchet-Tenant": "globex"}
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    ours = await make(gateway.admin, "ours")
    theirs = (await gateway.admin.post("/v1/api-keys", json={"name": "g", "role": "admin"}, headers=elsewhere)).json()
    place = f"/v1/api-keys/{ours['id']}"

    async with as_(gateway.url, theirs["secret"]) as stranger:
        answers = [
            await stranger.get(place),
            await stranger.patch(place, json={"name": "mine"}),
            await stranger.post(f"{place}/rotate"),
            await stranger.delete(place),
        ]

    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [
        (404, "urn:ratchet:problem:unknown-api-key")
    ] * 4
    assert await rights_of(gateway, ours["secret"]) == ["resolve", "log", "predict"]


async def test_an_id_in_another_spelling_is_the_same_id(gateway: Gateway) -> None:
    ours = await make(gateway.admin, "ours")

    found = await gateway.admin.get(f"/v1/api-keys/urn:uuid:{ours['id'].upper()}")
    nobody = [
        await gateway.admin.get(f"/v1/{noun}/urn:uuid:{UUID(int=0)}")
        for noun in ("users", "nats-credentials", "webhooks")
    ]

    assert (found.status_code, found.json().get("id")) == (200, ours["id"])
    assert [answer.status_code for answer in nobody] == [404, 404, 404]


async def test_of_many_who_take_a_name_at_once_one_gets_it(gateway: Gateway) -> None:
    names = ["shop", "Shop", "SHOP", "\uff33hop"]

    answers = await asyncio.gather(*(gateway.admin.post("/v1/api-keys", json={"name": name}) for name in names))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_secret_that_was_given_at_the_start_does_not_come_back_once_it_was_changed(
    gateway: Gateway, database_of: Callable[[Service], str], nats_url: str
) -> None:
    (first,) = (await gateway.admin.get("/v1/api-keys")).json()["items"]
    rotated = (await gateway.admin.post(f"/v1/api-keys/{first['id']}/rotate", json={"grace_minutes": 0})).json()

    async with gateway_on(database_of(Service.GATEWAY), nats_url) as again:
        old, new = await rights_of(again, ADMIN_KEY), await rights_of(again, rotated["secret"])

    assert (old, new != 401) == (401, True)


async def test_only_hashes_of_secrets_are_stored(gateway: Gateway, database_of: Callable[[Service], str]) -> None:
    made = await make(gateway.admin, "shop")
    rotated = (await gateway.admin.post(f"/v1/api-keys/{made['id']}/rotate")).json()
    connection = await asyncpg.connect(database_of(Service.GATEWAY), server_settings={"search_path": "gateway"})
    await connection.execute("SELECT set_config('ratchet.tenant', '*', false)")
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'gateway'")

    stored = [str(await connection.fetch(f'SELECT * FROM "{each[0]}"')) for each in tables]  # noqa: S608 (our own)
    await connection.close()

    secrets = (made["secret"], rotated["secret"], ADMIN_KEY)
    assert [secret for secret in secrets if any(secret in rows for rows in stored)] == []
