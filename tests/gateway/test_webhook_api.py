"""Where it is tried who may look after webhooks, what is refused, and that secrets stay secret."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from chassis.testing.databases import Maintenance
from ratchet import webhooks as receiving_end
from tests.gateway.receiver import DOWN, Receiver, gateway_for_many, receiving, take_all_away
from tests.gateway.stage import ADMIN_KEY, Gateway, as_, gateway_on

PUBLIC = "https://hooks.example.com/ratchet"
NOBODY = "0199a000-0000-7000-8000-000000000000"
LOCAL: dict[str, Any] = {"webhook_networks": "127.0.0.0/8", "webhooks_per_tenant": 3, "webhook_timeout_s": 60}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "url"),
    ({"url": "http://169.254.169.254/latest"}, "url"),
    ({"url": "http://[::1]/"}, "url"),
    ({"url": 7}, "url"),
    ({"url": "https://x/" + "a" * 2000}, "url"),
    ({"url": PUBLIC, "types": ["alert.raised", "nonsense"]}, "types.1"),
    ({"url": PUBLIC, "types": "alert.raised"}, "types"),
    ({"url": PUBLIC, "types": ["alert.raised"] * 101}, "types"),
    ({"url": PUBLIC, "task": "No Such Task!"}, "task"),
    ({"url": PUBLIC, "name": "a\0b"}, "name"),
    ({"url": PUBLIC, "name": "\ud800"}, "name"),
    ({"url": PUBLIC, "types": ["\ud800"]}, "types.0"),
    ({"url": "https://\ud800.com"}, "url"),
    ({"url": PUBLIC, "secret": "mine"}, "secret"),
]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(maintenance: Maintenance, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Gateway]:
    async with gateway_for_many(maintenance, tmp_path_factory.mktemp("nats"), **LOCAL) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(shared: Gateway) -> AsyncGenerator[Gateway]:
    yield shared
    await take_all_away(shared)


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as listening:
        yield listening


async def made_for(gateway: Gateway, url: str = PUBLIC, **fields: Any) -> dict[str, Any]:
    answer = await gateway.admin.post("/v1/webhooks", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_what_can_be_no_webhook_is_refused_with_field_and_reason(gateway: Gateway) -> None:
    for body, field in WRONG:
        answer = await gateway.admin.post("/v1/webhooks", content=json.dumps(body))

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), body


async def test_a_secret_is_shown_once_and_stands_nowhere(gateway: Gateway, receiver: Receiver) -> None:
    made = await made_for(gateway, receiver.url)
    path = f"/v1/webhooks/{made['id']}"
    rotated = (await gateway.admin.post(f"{path}/rotate", json={"grace_minutes": 1})).json()
    await gateway.admin.post(f"{path}/test")

    shown = [(await gateway.admin.get(each)).text for each in (path, "/v1/webhooks", f"{path}/deliveries", "/v1/audit")]
    connection = await asyncpg.connect(gateway.settings.database_url, server_settings={"search_path": "gateway"})
    await connection.execute("SET ratchet.tenant = '*'")
    stored = [
        str(await connection.fetch(f'TABLE "{name}"'))
        for (name,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'gateway'")
    ]
    await connection.close()

    for secret in (made["secret"], rotated["secret"]):
        assert secret.startswith("whsec_")
        assert secret not in "".join([*shown, *stored])


async def test_while_a_secret_is_rotated_requests_are_signed_with_both(gateway: Gateway, receiver: Receiver) -> None:
    made = await made_for(gateway, receiver.url)
    path = f"/v1/webhooks/{made['id']}"

    rotated = (await gateway.admin.post(f"{path}/rotate")).json()
    await gateway.admin.post(f"{path}/test")
    final = (await gateway.admin.post(f"{path}/rotate", json={"grace_minutes": 0})).json()
    await gateway.admin.post(f"{path}/test")

    during, after = receiver.got
    for secret in (made["secret"], rotated["secret"]):
        receiving_end.verify(during.body, during.headers["ratchet-signature"], secret)
    receiving_end.verify(after.body, after.headers["ratchet-signature"], final["secret"])
    with pytest.raises(receiving_end.BadSignature):
        receiving_end.verify(after.body, after.headers["ratchet-signature"], rotated["secret"])
    assert (rotated["former_secret_until"] is not None, final["former_secret_until"]) == (True, None)


async def test_another_platform_key_makes_no_wrong_signatures_but_says_what_is_the_matter(
    gateway: Gateway, receiver: Receiver
) -> None:
    made, settings = await made_for(gateway, receiver.url), gateway.settings
    async with gateway_on(settings.database_url, settings.nats_url, secret_key="k" * 32, **LOCAL) as other:
        story = (await other.admin.post(f"/v1/webhooks/{made['id']}/test")).json()

    assert (receiver.got, story["status"]) == ([], "failed")
    assert "RATCHET_SECRET_KEY has changed" in story["error"]


async def test_a_test_says_at_once_what_came_of_it_and_counts_for_nothing(gateway: Gateway, receiver: Receiver) -> None:
    receiver.answers = [DOWN]
    made = await made_for(gateway, receiver.url, enabled=False, types=["alert.raised"])
    path = f"/v1/webhooks/{made['id']}"

    answer = await gateway.admin.post(f"{path}/test")

    story, shown = answer.json(), (await gateway.admin.get(path)).json()
    assert (answer.status_code, story["status"], story["response_status"], story["tries"]) == (200, "failed", 503, 1)
    assert (story["type"], story["story"][0]["response_start"]) == ("webhook.tested", "busy")
    event = receiving_end.verify(receiver.got[0].body, receiver.got[0].headers["ratchet-signature"], made["secret"])
    assert event.content["webhook_id"] == made["id"]
    assert (shown["failures"], shown["last_delivered_at"]) == (0, None)


async def test_only_admins_look_after_webhooks(gateway: Gateway) -> None:
    made = await made_for(gateway)
    async with await gateway.key_for("manager") as manager, await gateway.key_for("admin") as admin:
        calls = [("GET", ""), ("POST", ""), ("GET", f"/{made['id']}"), ("POST", f"/{made['id']}/test")]
        refused = [await manager.request(method, f"/v1/webhooks{path}", json={"url": PUBLIC}) for method, path in calls]
        allowed = await admin.get(f"/v1/webhooks/{made['id']}")

    assert {answer.status_code for answer in refused} == {403}
    assert allowed.status_code == 200


async def test_who_may_not_read_has_nothing_sent_anywhere(gateway: Gateway) -> None:
    made = await made_for(gateway)
    key = {"name": "keeper of keys", "role": "admin", "scopes": ["administer"]}
    secret = (await gateway.admin.post("/v1/api-keys", json=key)).json()["secret"]

    async with as_(gateway.url, secret) as keeper:
        created = await keeper.post("/v1/webhooks", json={"url": PUBLIC})
        led_away = await keeper.patch(f"/v1/webhooks/{made['id']}", json={"url": PUBLIC})
        read = await keeper.get(f"/v1/webhooks/{made['id']}/deliveries")

    assert [answer.status_code for answer in (created, led_away, read)] == [403] * 3


@pytest.mark.parametrize("webhook_id", [None, NOBODY, "nonsense"])
async def test_the_webhooks_of_another_tenant_do_not_exist(
    gateway: Gateway, receiver: Receiver, webhook_id: str | None
) -> None:
    ours = await made_for(gateway, receiver.url)
    delivery = (await gateway.admin.post(f"/v1/webhooks/{ours['id']}/test")).json()
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    path, sent = f"/v1/webhooks/{webhook_id or ours['id']}", len(receiver.got)
    calls = [
        ("GET", path), ("PATCH", path), ("DELETE", path), ("POST", f"{path}/test"), ("POST", f"{path}/rotate"),
        ("GET", f"{path}/deliveries"), ("GET", f"{path}/deliveries/{delivery['id']}"),
        ("POST", f"{path}/deliveries/{delivery['id']}/resend"),
        ("POST", f"/v1/webhooks/deliveries/{delivery['id']}/resend"),
    ]  # fmt: skip

    async with as_(gateway.url, gateway.admin.headers["authorization"][7:], **{"X-Ratchet-Tenant": "globex"}) as theirs:
        answers = [await theirs.request(method, address, json={}) for method, address in calls]
        listed = (await theirs.get("/v1/webhooks")).json()["items"]

    assert {answer.status_code for answer in answers} == {404}
    assert (listed, len(receiver.got)) == ([], sent)


async def test_a_delivery_of_one_webhook_is_not_found_under_another(gateway: Gateway, receiver: Receiver) -> None:
    one, other = await made_for(gateway, receiver.url), await made_for(gateway, receiver.url)
    delivery = (await gateway.admin.post(f"/v1/webhooks/{one['id']}/test")).json()

    found = await gateway.admin.get(f"/v1/webhooks/{one['id'].upper()}/deliveries/{delivery['id'].upper()}")
    strayed = await gateway.admin.get(f"/v1/webhooks/{other['id']}/deliveries/{delivery['id']}")

    assert (found.status_code, strayed.status_code) == (200, 404)


async def test_a_change_made_with_an_old_view_is_refused_and_null_clears_only_the_task(gateway: Gateway) -> None:
    made = await made_for(gateway, task="tickets", name="pager")
    path = f"/v1/webhooks/{made['id']}"
    tag = (await gateway.admin.get(path)).headers["etag"]

    changed = await gateway.admin.patch(path, json={"task": None, "types": ["alert.raised"]}, headers={"If-Match": tag})
    stale = await gateway.admin.patch(path, json={"name": "late"}, headers={"If-Match": tag})
    wrong = [
        await gateway.admin.patch(path, json=body)
        for body in ({"name": None}, {"url": "http://10.0.0.1/"}, {"types": ["x"]}, {"colour": "red"})
    ]

    told = changed.json()
    assert (told["task"], told["types"], told["name"], told["revision"]) == (None, ["alert.raised"], "pager", 2)
    assert (changed.headers["etag"], stale.status_code) == ('"2"', 412)
    assert [answer.status_code for answer in wrong] == [422] * 4


async def test_a_tenant_has_no_more_webhooks_than_it_may_and_can_take_one_away(gateway: Gateway) -> None:
    made = [await made_for(gateway) for _ in range(3)]

    refused = await gateway.admin.post("/v1/webhooks", json={"url": PUBLIC})
    gone = [await gateway.admin.delete(f"/v1/webhooks/{made[0]['id']}") for _ in range(2)]
    again = await gateway.admin.post("/v1/webhooks", json={"url": PUBLIC})

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ratchet:problem:too-many-webhooks")
    assert ([answer.status_code for answer in gone], again.status_code) == ([204, 404], 201)


async def test_many_webhooks_at_once_are_no_way_round_the_limit(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(gateway.admin.post("/v1/webhooks", json={"url": PUBLIC}) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5


async def test_tests_are_posted_no_faster_than_somebody_looks_at_them(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "testers"})
    async with as_(gateway.url, ADMIN_KEY, **{"X-Ratchet-Tenant": "testers"}) as testers:
        made = (await testers.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/"})).json()

        path = f"/v1/webhooks/{made['id']}/test"
        answers = await asyncio.gather(*(testers.post(path) for _ in range(60)))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert 0 < len(refused) <= 40
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}


async def test_a_webhook_that_is_taken_away_while_it_is_being_tried_is_gone(
    gateway: Gateway, receiver: Receiver
) -> None:
    receiver.answers = [b""]
    made = await made_for(gateway, receiver.url)
    trying = asyncio.create_task(gateway.admin.post(f"/v1/webhooks/{made['id']}/test"))
    await receiver.has(1)

    gone = await gateway.admin.delete(f"/v1/webhooks/{made['id']}")
    receiver.release.set()

    assert (gone.status_code, (await trying).status_code) == (204, 404)
