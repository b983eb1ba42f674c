"""Where it is tried that events reach the webhooks that want them: signed, once or again, and nobody else's."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import nats
import pytest
import pytest_asyncio
from nats.aio.client import Client

from chassis.database import EVERY_TENANT, connect
from chassis.testing.databases import Maintenance
from chassis.testing.waiting import eventually
from contracts.event import Cause, Envelope, Event
from contracts.events.health import AlertResolved
from contracts.events.training import TrainingQueued
from contracts.service import Service
from ratchet import webhooks as receiving_end
from tests.gateway.receiver import DOWN, OK, Got, Receiver, gateway_for_many, receiving, take_all_away
from tests.gateway.stage import NOW, Gateway, gateway_on

QUICK: dict[str, Any] = {
    "webhook_networks": "127.0.0.0/8",
    "webhook_first_pause_s": 0.01,
    "webhook_tries": 3,
    "webhook_failing_h": 0,
    "webhook_timeout_s": 60,
}
ELSEWHERE = {"X-Ratchet-Tenant": "globex"}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(maintenance: Maintenance, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Gateway]:
    async with gateway_for_many(maintenance, tmp_path_factory.mktemp("nats"), **QUICK) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def gateway(shared: Gateway) -> AsyncGenerator[Gateway]:
    yield shared
    await take_all_away(shared)


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as listening:
        yield listening


def queued(task: str = "tickets", job_id: str = "j1") -> TrainingQueued:
    return TrainingQueued(task=task, job_id=job_id, reason="by hand", queued_at=NOW)


def resolved(task: str = "tickets") -> AlertResolved:
    return AlertResolved(
        task=task, alert_id="a1", version_id=None, about="error_rate/day", metric="error_rate", resolution="over"
    )


async def say(connection: Client, event: Event) -> Envelope:
    envelope = Envelope.around(event, "acme", Cause("ada"))
    await connection.jetstream().publish(
        event.address("acme"), event.model_dump_json().encode(), headers=envelope.headers()
    )
    return envelope


async def webhook(gateway: Gateway, url: str, **fields: Any) -> dict[str, Any]:
    elsewhere = fields.pop("elsewhere", {})
    wanted = {"url": url, "types": ["training.queued", "alert.resolved"]} | fields
    answer = await gateway.admin.post("/v1/webhooks", json=wanted, headers=elsewhere)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def deliveries(gateway: Gateway, made: dict[str, Any], *statuses: str) -> list[dict[str, Any]]:
    """Wait until the deliveries to a webhook have these statuses, newest first."""

    async def found() -> list[dict[str, Any]] | None:
        items = (await gateway.admin.get(f"/v1/webhooks/{made['id']}/deliveries")).json()["items"]
        return items if [each["status"] for each in items] == list(statuses) else None

    return await eventually(found)


def checked(got: Got, secret: str) -> receiving_end.WebhookEvent:
    return receiving_end.verify(got.body, got.headers["ratchet-signature"], secret)


async def test_an_event_is_posted_with_a_signature_that_its_receiver_can_check(
    gateway: Gateway, receiver: Receiver
) -> None:
    made = await webhook(gateway, receiver.url, types=["training.queued"])
    said = await say(gateway.nats, queued())

    (got,) = await receiver.has(1)

    event = checked(got, made["secret"])
    assert (event.id, event.type, event.tenant, event.actor) == (said.id, "training.queued", "acme", "ada")
    assert event.content == queued().model_dump(mode="json")
    assert got.headers["ratchet-event"] == "training.queued"
    (delivery,) = await deliveries(gateway, made, "delivered")
    assert (got.headers["ratchet-delivery"], delivery["response_status"]) == (delivery["id"], 200)
    with pytest.raises(receiving_end.BadSignature):
        receiving_end.verify(got.body + b" ", got.headers["ratchet-signature"], made["secret"])


async def test_a_webhook_gets_only_the_types_and_the_task_of_its_own_tenant(
    gateway: Gateway, receiver: Receiver
) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    everything = await webhook(gateway, f"{receiver.url}/all", types=[])
    alerts = await webhook(gateway, f"{receiver.url}/alerts", types=["alert.resolved"], task="tickets")
    theirs = await webhook(gateway, f"{receiver.url}/theirs", elsewhere=ELSEWHERE)

    for event in (queued(), resolved("invoices"), resolved()):
        await say(gateway.nats, event)

    await deliveries(gateway, everything, "delivered", "delivered", "delivered")
    (alert,) = await deliveries(gateway, alerts, "delivered")
    assert (alert["type"], alert["task"]) == ("alert.resolved", "tickets")
    listed = await gateway.admin.get(f"/v1/webhooks/{theirs['id']}/deliveries", headers=ELSEWHERE)
    assert listed.json()["items"] == []
    assert sorted(got.line.split("/")[2].split()[0] for got in receiver.got) == ["alerts", "all", "all", "all"]


async def test_what_fails_is_tried_again_with_the_same_body_and_every_try_is_in_the_log(
    gateway: Gateway, receiver: Receiver
) -> None:
    receiver.answers = [DOWN, b"rubbish\r\n\r\n", OK]
    made = await webhook(gateway, receiver.url)
    await say(gateway.nats, queued())

    (delivery,) = await deliveries(gateway, made, "delivered")

    story = (await gateway.admin.get(f"/v1/webhooks/{made['id']}/deliveries/{delivery['id']}")).json()
    assert len({got.body for got in receiver.got}) == 1
    assert story["body"].encode() == receiver.got[0].body
    assert [each["response_status"] for each in story["story"]] == [503, None, 200]
    assert [each["response_start"] for each in story["story"]] == ["busy", "", "taken"]
    assert (delivery["tries"], story["story"][0]["error"]) == (3, "it answered 503")
    shown = (await gateway.admin.get(f"/v1/webhooks/{made['id']}")).json()
    assert (shown["failures"], shown["failing_since"], shown["last_delivered_at"] is not None) == (0, None, True)


async def test_after_the_last_try_a_delivery_has_failed_and_can_be_sent_again_by_hand(
    gateway: Gateway, receiver: Receiver
) -> None:
    receiver.answers = [DOWN]
    made = await webhook(gateway, receiver.url)
    await say(gateway.nats, queued())
    (failed,) = await deliveries(gateway, made, "failed")

    receiver.answers = [OK]
    again = await gateway.admin.post(f"/v1/webhooks/deliveries/{failed['id']}/resend")

    (delivered,) = await deliveries(gateway, made, "delivered")
    assert (again.status_code, failed["tries"], delivered["id"]) == (202, 3, failed["id"])
    assert len(receiver.got) == 4
    assert checked(receiver.got[-1], made["secret"]).id == failed["event_id"]


async def test_an_event_that_is_delivered_twice_to_the_gateway_is_posted_once(
    gateway: Gateway, receiver: Receiver
) -> None:
    made = await webhook(gateway, receiver.url)
    event = queued()
    headers = Envelope.around(event, "acme", Cause("ada")).headers()
    for number in range(3):
        body = event.model_dump_json().encode()
        await gateway.nats.jetstream().publish(
            event.address("acme"), body, headers=headers | {"Nats-Msg-Id": str(number)}
        )
    await say(gateway.nats, resolved())

    last, first = await deliveries(gateway, made, "delivered", "delivered")

    assert (first["type"], last["type"]) == ("training.queued", "alert.resolved")


async def test_what_only_fails_is_switched_off_with_an_event_and_on_again_by_a_person(
    gateway: Gateway, receiver: Receiver
) -> None:
    async with receiving() as broken:
        broken.answers = [DOWN]
        watch = await webhook(gateway, receiver.url, types=["webhook.switched_off"])
        failing = await webhook(gateway, f"{broken.url}/s3cret-path", name="pager", types=["training.queued"])
        for number in range(4):
            await say(gateway.nats, queued(job_id=f"j{number}"))

        (told,) = await receiver.has(1)
        shown = (await gateway.admin.get(f"/v1/webhooks/{failing['id']}")).json()
        broken.answers = [OK]
        refused = await gateway.admin.post(f"/v1/webhooks/deliveries/{(await _some(gateway, failing))['id']}/resend")
        switched_on = await gateway.admin.patch(f"/v1/webhooks/{failing['id']}", json={"enabled": True})
        await say(gateway.nats, queued(job_id="later"))
        await _delivered(gateway, failing, "later")

    event = checked(told, watch["secret"])
    assert (event.content["webhook_id"], event.content["name"]) == (failing["id"], "pager")
    assert "s3cret-path" not in told.body.decode()
    assert (shown["enabled"], shown["failures"] >= 10, "it answered 503" in shown["off_reason"]) == (False, True, True)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ratchet:problem:webhook-off")
    assert [switched_on.json()[name] for name in ("enabled", "failures", "off_reason")] == [True, 0, None]


async def _some(gateway: Gateway, made: dict[str, Any]) -> dict[str, Any]:
    return (await gateway.admin.get(f"/v1/webhooks/{made['id']}/deliveries")).json()["items"][0]


async def _delivered(gateway: Gateway, made: dict[str, Any], job_id: str) -> None:
    async def look() -> bool:
        path = f"/v1/webhooks/{made['id']}/deliveries"
        items = (await gateway.admin.get(path, params={"status": "delivered"})).json()["items"]
        bodies = [(await gateway.admin.get(f"{path}/{each['id']}")).json()["body"] for each in items]
        return any(f'"{job_id}"' in body for body in bodies)

    await eventually(look)


async def test_what_was_said_while_no_gateway_ran_is_delivered_once_by_those_that_run_later(
    database_of: Callable[[Service], str], nats_url: str, receiver: Receiver
) -> None:
    url = database_of(Service.GATEWAY)
    async with gateway_on(url, nats_url, **QUICK) as first:
        await webhook(first, receiver.url)
    connection = await nats.connect(nats_url)
    for number in range(30):
        await say(connection, queued(job_id=f"j{number}"))
    await connection.close()

    async with gateway_on(url, nats_url, **QUICK), gateway_on(url, nats_url, **QUICK):
        await receiver.has(30)

    told = [got.event["content"]["job_id"] for got in receiver.got]
    assert sorted(told) == sorted(f"j{number}" for number in range(30))


async def test_what_a_gateway_had_in_hand_when_it_died_is_sent_by_another_once_its_lease_has_run_out(
    gateway: Gateway, receiver: Receiver
) -> None:
    made = await webhook(gateway, receiver.url, enabled=True)
    receiver.answers = [b""]
    await say(gateway.nats, queued())
    await receiver.has(1)

    database = await connect(gateway.settings.database_url, service="gateway", connections=2)
    async with database.transaction(EVERY_TENANT) as tx:
        await tx.execute("UPDATE webhook_deliveries SET next_try_at = now() WHERE status = 'waiting'")
    await database.close()
    receiver.answers = [OK]

    await receiver.has(2)
    (delivery,) = await deliveries(gateway, made, "delivered")
    assert delivery["tries"] == 2


async def test_a_receiver_that_hangs_keeps_no_other_waiting(gateway: Gateway, receiver: Receiver) -> None:
    async with receiving() as slow:
        slow.answers = [b""]
        await webhook(gateway, slow.url)
        swift = await webhook(gateway, receiver.url)
        for number in range(20):
            await say(gateway.nats, queued(job_id=f"j{number}"))

        await deliveries(gateway, swift, *["delivered"] * 20)

        assert len(slow.got) <= 8


async def test_a_tenant_that_is_switched_off_is_sent_nothing_until_it_is_switched_on_again(
    gateway: Gateway, receiver: Receiver
) -> None:
    made = await webhook(gateway, receiver.url)
    receiver.answers = [b""]
    await say(gateway.nats, queued())
    await receiver.has(1)
    database = await connect(gateway.settings.database_url, service="gateway", connections=2)
    async with database.transaction(EVERY_TENANT) as tx:
        await tx.execute("UPDATE tenants SET deactivated_at = now() WHERE key = 'acme'")
        await tx.execute("UPDATE webhook_deliveries SET next_try_at = now() WHERE status = 'waiting'")
    receiver.answers = [OK]
    await asyncio.sleep(1.2)
    meanwhile = len(receiver.got)
    async with database.transaction(EVERY_TENANT) as tx:
        await tx.execute("UPDATE tenants SET deactivated_at = NULL")
    await database.close()

    await receiver.has(2)

    assert meanwhile == 1
    await eventually(lambda: _is_delivered(gateway, made))


async def _is_delivered(gateway: Gateway, made: dict[str, Any]) -> bool:
    return (await _some(gateway, made))["status"] == "delivered"
