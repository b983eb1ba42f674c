"""Where it is tried who comes in, and what they may do there."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import count, islice

import httpx
import pytest

from chassis.database import connect
from chassis.testing.waiting import eventually
from contracts.api.access import Role
from contracts.commands.tasks import GetTask
from contracts.errors import DomainError, NotAllowed, NotAuthenticated, TooManyRequests
from contracts.service import Service
from gateway.access import rights
from gateway.access.identity import Identity, demand
from gateway.access.keyring import Keyring
from gateway.access.rights import Right
from tests.gateway.stage import ADMIN_KEY, Behind, Gateway, as_, gateway_on, task


@pytest.mark.parametrize("key", [None, "rk_unknown", ""])
async def test_who_has_no_valid_key_is_told_to_send_one(gateway: Gateway, key: str | None) -> None:
    async with as_(gateway.url, key) as stranger:
        answers = [await stranger.get("/v1/me"), await stranger.post("/v1/feedback", json={})]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["type"] == "urn:ratchet:problem:not-authenticated"
    assert answers[0].headers["www-authenticate"] == "Bearer"


async def test_the_bootstrap_key_is_a_super_admin_of_the_bootstrap_tenant(gateway: Gateway) -> None:
    answer = await gateway.admin.get("/v1/me")

    me = answer.json()
    assert (me["tenant"], me["role"], me["can_train"]) == ("acme", "super_admin", True)


async def test_the_same_bootstrap_key_can_be_given_at_every_start(
    gateway: Gateway, database_of: Callable[[Service], str], nats_url: str
) -> None:
    async with gateway_on(database_of(Service.GATEWAY), nats_url) as again:
        assert again.settings.bootstrap_admin_key == gateway.settings.bootstrap_admin_key
        answer = await again.admin.get("/v1/api-keys")

    assert [key["role"] for key in answer.json()["items"]] == ["super_admin"]


async def test_without_a_given_key_one_is_made_and_shown_once(
    database_of: Callable[[Service], str], nats_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unset = {"bootstrap_admin_key": None, "log_level": "warning", "log_format": "json"}
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **unset) as running:
        shown = capsys.readouterr().out
        key = next(part for part in shown.split('"') if part.startswith("rk_"))
        async with as_(running.url, key) as admin:
            answer = await admin.get("/v1/me")
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **unset):
        again = capsys.readouterr().out

    assert (answer.status_code, len(key), "rk_" in again) == (200, 46, False)


async def test_a_new_key_works_and_a_revoked_one_does_not(gateway: Gateway) -> None:
    made = (await gateway.admin.post("/v1/api-keys", json={"name": "shop", "role": "viewer"})).json()
    async with as_(gateway.url, made["secret"]) as shop:
        before = await shop.get("/v1/me")
        revoked = await gateway.admin.delete(f"/v1/api-keys/{made['id']}")
        after = await shop.get("/v1/me")

    assert (before.json()["actor"], revoked.status_code, after.status_code) == ("shop", 204, 401)


async def test_a_secret_is_never_shown_again(gateway: Gateway) -> None:
    made = (await gateway.admin.post("/v1/api-keys", json={"name": "shop"})).json()

    listed = await gateway.admin.get("/v1/api-keys")
    shown = await gateway.admin.get(f"/v1/api-keys/{made['id']}")

    assert made["role"] == "service"
    assert made["secret"] not in listed.text + shown.text
    assert "secret" not in shown.json()


@pytest.mark.parametrize("key_id", ["nonsense", "0199a000-0000-7000-8000-000000000000"])
async def test_an_unknown_key_cannot_be_revoked(gateway: Gateway, key_id: str) -> None:
    answer = await gateway.admin.delete(f"/v1/api-keys/{key_id}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:ratchet:problem:unknown-api-key")


async def test_an_admin_cannot_make_a_super_admin(gateway: Gateway) -> None:
    async with await gateway.key_for("admin") as admin:
        answer = await admin.post("/v1/api-keys", json={"name": "more", "role": "super_admin"})

    assert answer.status_code == 403


async def test_a_super_admin_works_in_the_tenant_that_is_picked(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetTask: lambda asked: task(asked.key)})
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})

    picked = await gateway.admin.get("/v1/tasks/tickets", headers={"X-Ratchet-Tenant": "globex"})
    unknown = await gateway.admin.get("/v1/tasks/tickets", headers={"X-Ratchet-Tenant": "nowhere"})

    assert (picked.status_code, [tenant for tenant, _ in behind.asked]) == (200, ["globex"])
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:ratchet:problem:unknown-tenant")


async def test_an_admin_sees_nothing_of_another_tenant(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    elsewhere = {"X-Ratchet-Tenant": "globex"}
    made = (await gateway.admin.post("/v1/api-keys", json={"name": "g", "role": "admin"}, headers=elsewhere)).json()
    ours = (await gateway.admin.get("/v1/api-keys")).json()["items"][0]["id"]

    async with as_(gateway.url, made["secret"]) as theirs:
        listed = await theirs.get("/v1/api-keys")
        log = await theirs.get("/v1/audit")
        shown = await theirs.get(f"/v1/api-keys/{ours}")
        picked = await theirs.get("/v1/me", headers={"X-Ratchet-Tenant": "acme"})

    assert [key["id"] for key in listed.json()["items"]] == [made["id"]]
    assert {line["tenant"] for line in log.json()["items"]} <= {"globex"}
    assert (shown.status_code, picked.status_code) == (404, 403)


async def test_a_tenant_can_be_made_once(gateway: Gateway) -> None:
    answers = [await gateway.admin.post("/v1/tenants", json={"key": "globex"}) for _ in range(2)]
    listed = await gateway.admin.get("/v1/tenants")

    assert [answer.status_code for answer in answers] == [201, 409]
    assert [tenant["key"] for tenant in listed.json()["items"]] == ["acme", "globex"]


async def test_lists_are_cut_into_pages_that_join(gateway: Gateway) -> None:
    for number in range(4):
        await gateway.admin.post("/v1/api-keys", json={"name": f"key {number}"})

    first = (await gateway.admin.get("/v1/api-keys", params={"limit": 3})).json()
    second = (await gateway.admin.get("/v1/api-keys", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    names = [key["name"] for key in first["items"] + second["items"]]
    assert names == ["key 3", "key 2", "key 1", "key 0", "admin"]
    assert second["next_cursor"] is None


async def test_a_key_that_is_used_is_seen_to_be_used(gateway: Gateway) -> None:
    await gateway.admin.get("/v1/me")

    keys = (await gateway.admin.get("/v1/api-keys")).json()["items"]

    assert keys[0]["last_used_at"] is not None


async def test_a_key_that_was_checked_a_moment_ago_costs_no_query(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    keyring = Keyring(database, fresh_s=60)
    headers = {b"authorization": f"Bearer {ADMIN_KEY}".encode()}
    await keyring.identify(headers)
    await database.close()

    identity = await keyring.identify(headers)

    assert (identity.actor, gateway.settings.bootstrap_tenant) == ("admin", identity.tenant)


async def shown(keyring: Keyring, key: str) -> type[Exception] | None:
    """Show a key from one network, always the same, and give why it is refused, or not looked up in time."""
    try:
        await keyring.identify({b"authorization": f"Bearer {key}".encode()}, lambda: "192.0.2.7")
    except (DomainError, TimeoutError) as refusal:
        return type(refusal)
    return None


async def test_a_network_that_shows_what_nobody_knows_waits_and_known_keys_do_not(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    assert gateway.url
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    keyring = Keyring(database, fresh_s=0)
    known, unseen = ({b"authorization": f"Bearer {key}".encode()} for key in (ADMIN_KEY, "rk_unseen"))
    await keyring.identify(known, lambda: "192.0.2.7")

    refused = Counter(await asyncio.gather(*(shown(keyring, f"rk_{number}") for number in range(300))))
    keyring.forget()
    identity = await keyring.identify(known, lambda: "192.0.2.7")
    with pytest.raises(NotAuthenticated):
        await keyring.identify(unseen, lambda: "192.0.2.8")
    await database.close()

    assert (150 < refused[TooManyRequests] <= 200, refused[None], identity.actor) == (True, 0, "admin")


async def test_many_unknown_keys_at_once_are_no_way_round_and_one_known_key_shown_often_at_once_is_none_of_them(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    assert gateway.url
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    keyring = Keyring(database, fresh_s=60)

    often = Counter(await asyncio.gather(*(shown(keyring, ADMIN_KEY) for _ in range(300))))
    many = Counter(await asyncio.gather(*(shown(keyring, f"rk_{number}") for number in range(300))))
    await database.close()

    assert often == {None: 300}
    assert (150 < many[TooManyRequests] <= 200, many[None]) == (True, 0)


async def test_who_shows_unknown_keys_to_any_route_is_told_to_wait(gateway: Gateway) -> None:
    at_once = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=gateway.url, limits=at_once, trust_env=False, timeout=60) as stranger:

        async def show(number: int) -> httpx.Response:
            method, path = ("POST", "/v1/feedback") if number % 2 else ("GET", "/v1/me")
            return await stranger.request(method, path, headers={"Authorization": f"Bearer rk_{number}"})

        async def both_are_late() -> list[httpx.Response] | None:
            answers = await asyncio.gather(*map(show, islice(numbers, 200)))
            statuses.update(answer.status_code for answer in answers)
            late = [answer for answer in answers if answer.status_code == 429]
            return late if len({answer.request.method for answer in late}) == 2 else None

        numbers, statuses = count(), set[int]()
        late = await eventually(both_are_late, within_s=120)

    assert statuses == {401, 429}
    assert late[0].json()["unknown_keys_per_s"] == 10


async def test_a_service_key_may_resolve_log_and_predict_and_nothing_else(gateway: Gateway) -> None:
    async with await gateway.key_for("service") as shop:
        refused = [await shop.get("/v1/tasks"), await shop.post("/v1/training/jobs", json={"task": "tickets"})]
        me = (await shop.get("/v1/me")).json()

    assert [answer.status_code for answer in refused] == [403, 403]
    assert (sorted(me["rights"]), me["can_train"]) == (["log", "predict", "resolve"], False)


@pytest.mark.parametrize("role", Role)
def test_a_role_has_the_rights_of_its_column_and_no_others(role: Role) -> None:
    identity = Identity("ann", "acme", role, rights.of(role), "key:1")

    for right in Right:
        if role in rights.TABLE[right]:
            demand(identity, right)
        else:
            with pytest.raises(NotAllowed, match=f"role {role} does not have the right"):
                demand(identity, right)
