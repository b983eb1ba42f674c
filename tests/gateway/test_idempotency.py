"""Where it is tried that a request which is sent again with its key is carried out once, and answered alike."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from chassis.database import EVERY_TENANT, connect
from contracts.api.access import Right
from contracts.api.prediction import Predictions
from contracts.api.redaction import RedactionPreview
from contracts.commands.predictions import Predict
from contracts.commands.redaction import PreviewRedaction
from contracts.commands.rollouts import StartRollout
from contracts.errors import AlreadyRunning
from contracts.events.erasure import ErasureCompleted
from contracts.service import Service
from gateway import idempotency
from gateway.api import application, repeating
from gateway.idempotency import Answer, Keyed
from gateway.store import kept_answers as store
from gateway.store.webhook_queue import Said
from gateway.webhooks.queueing import Queue
from tests.gateway.rights_of_routes import ROUTES, operations
from tests.gateway.stage import NOW, Behind, Gateway
from tests.gateway.test_problems import refuse

KEY = {"Idempotency-Key": "k1"}
SHOP = {"name": "shop"}
ENDED = (("acme", ErasureCompleted.subject), ("globex", "erasure.begun"))
REQUEST = (b"POST", b"/v1/api-keys", b"", b"", b"{}")


async def names(gateway: Gateway) -> Sequence[str]:
    return [each["name"] for each in (await gateway.admin.get("/v1/api-keys")).json()["items"]]


def told(answer: httpx.Response) -> tuple[int, Any, str | None]:
    return answer.status_code, answer.json(), answer.headers.get("idempotency-replayed")


async def test_what_is_asked_again_with_its_key_is_answered_alike_and_done_once(gateway: Gateway) -> None:
    first, again = [await gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY) for _ in range(2)]

    assert told(first) == (201, again.json(), None)
    assert told(again) == (201, first.json(), "true")
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert await names(gateway) == ["shop", "admin"]


async def test_ten_at_once_are_carried_out_once(gateway: Gateway) -> None:
    answers = await asyncio.gather(*(gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["secret"] for answer in answers}) == 1
    assert await names(gateway) == ["shop", "admin"]


async def test_a_key_that_came_with_another_request_is_refused(gateway: Gateway) -> None:
    others: list[tuple[str, object, dict[str, str]]] = [
        ("/v1/api-keys", {"name": "parcels"}, {}),
        ("/v1/api-keys?dry=1", SHOP, {}),
        ("/v1/tenants", SHOP, {}),
        ("/v1/api-keys", SHOP, {"If-Match": '"2"'}),
    ]
    await gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY)

    refused = [await gateway.admin.post(path, json=body, headers=KEY | more) for path, body, more in others]

    assert [(each.status_code, each.json()["type"]) for each in refused] == [
        (409, "urn:ratchet:problem:key-reused")
    ] * 4
    assert await names(gateway) == ["shop", "admin"]


async def test_the_answer_of_one_key_is_not_given_to_another_nor_in_another_tenant(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    first = await gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY)
    async with await gateway.key_for("admin") as other:
        stranger = await other.post("/v1/api-keys", json={"name": "theirs"}, headers=KEY)

    elsewhere = await gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY | {"X-Ratchet-Tenant": "globex"})

    assert [each.status_code for each in (first, stranger, elsewhere)] == [201, 201, 201]
    assert len({each.json()["secret"] for each in (first, stranger, elsewhere)}) == 3


async def test_after_a_refusal_the_key_is_free_again(gateway: Gateway) -> None:
    refused = await gateway.admin.post("/v1/api-keys", json={"name": ""}, headers=KEY)

    made = await gateway.admin.post("/v1/api-keys", json=SHOP, headers=KEY)

    assert (refused.status_code, told(made)[::2]) == (422, (201, None))


async def test_a_refusal_of_the_owner_is_asked_for_anew(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {StartRollout: refuse(AlreadyRunning("There is one."))})
    order = {"task": "tickets", "version_id": "v"}

    answers = [await gateway.admin.post("/v1/rollouts", json=order, headers=KEY) for _ in range(2)]

    assert ([each.status_code for each in answers], len(behind.asked)) == ([409, 409], 2)


async def test_taking_away_twice_with_a_key_is_answered_twice(gateway: Gateway) -> None:
    made = (await gateway.admin.post("/v1/api-keys", json=SHOP)).json()

    answers = [await gateway.admin.delete(f"/v1/api-keys/{made['id']}", headers=KEY) for _ in range(2)]

    assert [(each.status_code, each.content) for each in answers] == [(204, b"")] * 2


async def test_the_audit_log_has_a_line_for_what_was_done_alone(gateway: Gateway) -> None:
    for _ in range(2):
        await gateway.admin.post("/v1/tenants", json={"key": "globex"}, headers=KEY)

    lines = (await gateway.admin.get("/v1/audit", params={"action": "POST /v1/tenants"})).json()["items"]

    assert [line["status"] for line in lines] == [201]


async def test_predictions_are_made_once_for_a_key_and_kept_briefly(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(
        Service.TRAINER, {Predict: lambda _: Predictions(predictions=({"label": "a"},), version_id="v", revision=1)}
    )
    body = {"inputs": [{"text": "a"}]}

    answers = [await gateway.admin.post("/v1/tasks/t/predict", json=body, headers=KEY) for _ in range(2)]
    async with behind.database.transaction("acme") as tx:
        (kept,) = await tx.fetch("SELECT brief FROM kept_answers")

    assert ([each.status_code for each in answers], len(behind.asked), kept[0]) == ([200, 200], 1, True)


async def test_what_only_asks_is_not_kept_and_may_be_asked_again(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.FEEDBACK, {PreviewRedaction: lambda _: RedactionPreview(found={})})

    answers = [await gateway.admin.post("/v1/redaction/preview", json={"text": "a"}, headers=KEY) for _ in range(2)]

    assert (len(behind.asked), {told(each)[2] for each in answers}) == (2, {None})


def test_whatever_takes_the_right_to_read_alone_only_asks() -> None:
    asking = {path for method, path in operations(ROUTES[Right.READ]) if method != "GET"}
    known = {route.path for route in application.known_routes()}

    assert asking <= repeating.QUESTIONS
    assert known >= repeating.QUESTIONS | repeating.BRIEF


@pytest.mark.parametrize(
    ("path", "asks", "brief"),
    [
        ("/v1/tasks/t/predict", False, True),
        ("/v1/tasks/t/retrain-policy/replay", True, False),
        ("/v1/tasks/t/more/retrain-policy/replay", False, False),
        ("/v1/metrics/export", True, False),
        ("/v1/api-keys", False, False),
    ],
)
def test_it_is_known_by_the_address_for_how_long_an_answer_is_kept(path: str, *, asks: bool, brief: bool) -> None:
    assert (repeating.only_asks(path), repeating.is_brief(path)) == (asks, brief)


async def test_what_two_people_ask_for_with_one_key_is_asked_for_twice(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(
        Service.TRAINER, {Predict: lambda _: Predictions(predictions=({"label": "a"},), version_id="v", revision=1)}
    )
    body = {"inputs": [{"text": "a"}]}

    async with await gateway.key_for("admin") as other:
        answers = [await each.post("/v1/tasks/t/predict", json=body, headers=KEY) for each in (gateway.admin, other)]

    assert ([each.status_code for each in answers], len(behind.asked)) == ([200, 200], 2)


async def test_neither_the_secret_nor_the_body_lies_in_the_database(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    made = await gateway.admin.post(
        "/v1/api-keys", json={"name": "a-telling-name"}, headers={"Idempotency-Key": "kkkk"}
    )
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)

    async with database.transaction(EVERY_TENANT) as tx:
        (row,) = await tx.fetch("SELECT * FROM kept_answers")
    await database.close()

    lying = b"".join(each if isinstance(each, bytes) else str(each).encode() for each in row.values())
    assert made.json()["secret"].encode() not in lying
    assert b"a-telling-name" not in lying
    assert b"kkkk" not in lying


async def test_what_a_dead_gateway_had_begun_is_carried_out_by_the_next_one(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    dead, next_one, other = made(), made(), made(request=(b"another",))

    async with database.transaction("acme") as tx:
        begun = await store.claim(tx, dead.claim, lease_s=60)
        held = await store.claim(tx, next_one.claim, lease_s=60)
    async with database.transaction("acme") as tx:
        another = await store.claim(tx, other.claim, lease_s=0)
        taken_over = await store.claim(tx, next_one.claim, lease_s=0)
        await store.keep(tx, dead.claim, b"too late")
        kept = await store.find(tx, dead.claim.name)
    await database.close()

    assert (gateway.url != "", begun, held, another, taken_over) == (True, True, False, False, True)
    assert kept == store.Kept(next_one.claim.request, None)


async def test_an_answer_is_as_it_was_and_forgotten_after_a_day(
    gateway: Gateway, database_of: Callable[[Service], str]
) -> None:
    assert gateway.url
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    request, answer = made(), Answer(201, [(b"etag", b'"7"')], b'{"a": "\xc3\xa9\n"}\n\x00')

    first = await idempotency.begin(database, request)
    async with database.transaction("acme") as tx:
        await idempotency.settle(tx, request, answer)
    again = await idempotency.begin(database, made())
    async with database.transaction("acme") as tx:
        await tx.execute("UPDATE kept_answers SET claimed_at = now() - interval '25 hours'")
    later = await idempotency.begin(database, made())
    await database.close()

    assert (first, again, later) == (None, answer, None)


async def test_a_brief_answer_is_carried_out_again_after_ten_minutes(database_of: Callable[[Service], str]) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    requests = [idempotency.keyed("acme", b"s", key, REQUEST, brief=key == "brief") for key in ("brief", "other")]
    for each in requests:
        await idempotency.begin(database, each)
        async with database.transaction("acme") as tx:
            await idempotency.settle(tx, each, Answer(200, [], b""))

    async with database.transaction("acme") as tx:
        await tx.execute("UPDATE kept_answers SET claimed_at = now() - interval '11 minutes'")
    later = [await idempotency.begin(database, each) for each in requests]
    await database.close()

    assert later == [None, Answer(200, [], b"")]


async def test_when_an_erasure_ends_nothing_is_left_of_what_was_answered_or_is_being_answered(
    database_of: Callable[[Service], str],
) -> None:
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)
    answered, under_way, others = (made(key="a"), made(key="b"), made(tenant="globex"))
    for each in (answered, under_way, others):
        await idempotency.begin(database, each)
    for each in (answered, others):
        async with database.transaction(each.tenant) as tx:
            await idempotency.settle(tx, each, Answer(200, [], b""))

    ended = [Said(tenant, "e", type_, None, NOW, b"{}") for tenant, type_ in ENDED]
    await Queue(database, lambda: None).store(ended)
    async with database.transaction("acme") as tx:
        await idempotency.settle(tx, under_way, Answer(200, [], b"Maria"))
        kept = await tx.fetch("SELECT tenant, sealed FROM kept_answers")
    left = await idempotency.begin(database, others)
    await database.close()

    assert ([row["sealed"] for row in kept], left) == ([None], Answer(200, [], b""))


def made(tenant: str = "acme", secret: bytes = b"s", key: str = "k", request: tuple[bytes, ...] = REQUEST) -> Keyed:
    return idempotency.keyed(tenant, secret, key, request)


@pytest.mark.parametrize("other", [made(tenant="globex"), made(secret=b"t"), made(key="l")])
def test_tenant_secret_and_key_are_each_a_part_of_the_name(other: Keyed) -> None:
    assert other.claim.name != made().claim.name
    assert other.seal != made().seal


@pytest.mark.parametrize("request_", [(b"POST/v1", b"/api-keys", b"", b"", b"{}"), (*REQUEST[:4], b"{ }"), REQUEST[:4]])
def test_whatever_a_request_says_is_in_its_fingerprint(request_: tuple[bytes, ...]) -> None:
    assert made(request=request_).claim.request != made().claim.request
    assert made(request=REQUEST).claim.request == made().claim.request
