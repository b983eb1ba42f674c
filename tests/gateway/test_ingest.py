"""Where it is tried that what is accepted is stored, and what is wrong is refused alone."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js.api import StreamConfig

from chassis.embedded import nats as server
from chassis.testing.waiting import eventually
from contracts.api.feedback import NewFeedback
from contracts.commands.versions import GetRoute
from contracts.errors import UnknownTask
from contracts.service import Service
from tests.gateway.stage import Behind, Gateway, gateway_on
from tests.gateway.test_problems import fields, refuse

OPINION = {"task": "tickets", "key": "k1", "verdict": "negative", "correction": "shipping"}
SUBJECT = "ingest.acme.feedback"


@pytest.fixture
async def open_gateway(gateway: Gateway, behind: Behind) -> Gateway:
    """Give a gateway that knows the task `tickets` and can find out that there is no other."""
    await gateway.create_route("tickets")
    await behind.answer(Service.REGISTRY, {GetRoute: refuse(UnknownTask("There is no such task."))})
    await eventually(lambda: _is_ready(gateway))
    return gateway


async def _is_ready(gateway: Gateway) -> bool:
    return (await gateway.admin.post("/v1/inferences", json={"task": "tickets", "id": "ready"})).status_code == 202


async def stored(gateway: Gateway) -> list[dict[str, Any]]:
    """Give the opinions that the stream holds, one by one."""
    bodies = [json.loads(body) for body in await gateway.stored(SUBJECT)]
    return [item for body in bodies for item in (body if isinstance(body, list) else [body])]


async def test_an_accepted_opinion_is_in_the_stream(open_gateway: Gateway) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", json=OPINION)

    (found,) = await stored(open_gateway)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "ids": ["k1"]})
    assert {name: found[name] for name in OPINION} == OPINION
    assert NewFeedback.model_validate(found).occurred_at is not None


async def test_an_opinion_without_a_key_is_given_one(open_gateway: Gateway) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", json={"task": "tickets", "helpful": True})

    (found,) = await stored(open_gateway)
    assert answer.json()["ids"] == [found["key"]]


async def test_a_request_that_is_sent_again_gets_the_ids_it_got_before(open_gateway: Gateway) -> None:
    opinions = [{"task": "tickets", "helpful": True}] * 2
    key = {"Idempotency-Key": "batch-7"}

    answers = [await open_gateway.admin.post("/v1/feedback", json=opinions, headers=key) for _ in range(2)]

    first, again = (answer.json()["ids"] for answer in answers)
    assert first == again
    assert len(set(first)) == 2


async def test_inferences_go_to_their_own_subject(open_gateway: Gateway) -> None:
    answer = await open_gateway.admin.post("/v1/inferences", json=[{"task": "tickets", "id": "i1", "output": "x"}])

    bodies = await open_gateway.stored("ingest.acme.inference")
    assert (answer.json()["ids"], b'"i1"' in bodies[-1]) == (["i1"], True)


async def test_a_long_list_is_stored_in_messages_of_a_hundred(open_gateway: Gateway) -> None:
    opinions = [OPINION | {"key": f"k{number}"} for number in range(1000)]

    answer = await open_gateway.admin.post("/v1/feedback", json=opinions)

    messages = [json.loads(body) for body in await open_gateway.stored(SUBJECT)]
    assert (answer.json()["accepted"], [len(message) for message in messages]) == (1000, [100] * 10)
    assert [item["key"] for message in messages for item in message] == answer.json()["ids"]


async def test_large_items_are_stored_in_more_messages(open_gateway: Gateway) -> None:
    opinions = [OPINION | {"key": f"k{number}", "correction": "x" * 150_000} for number in range(9)]

    answer = await open_gateway.admin.post("/v1/feedback", json=opinions)

    sizes = [len(body) for body in await open_gateway.stored(SUBJECT)]
    assert (answer.json()["accepted"], len(sizes), max(sizes) < 2**19 + 1000) == (9, 3, True)


async def test_a_broken_item_of_a_list_is_refused_alone(open_gateway: Gateway) -> None:
    wrong = [OPINION | {"verdict": "great"}, OPINION | {"task": "nowhere"}, 7]
    opinions = [OPINION, *wrong, OPINION | {"key": "k2"}]

    answer = await open_gateway.admin.post("/v1/feedback", json=opinions)

    body = answer.json()
    assert (answer.status_code, body["accepted"], body["ids"]) == (202, 2, ["k1", "k2"])
    refused = {each["index"]: each["errors"][0]["field"] for each in body["refused"]}
    assert refused == {1: "verdict", 2: "task", 3: "body"}
    assert [item["key"] for item in await stored(open_gateway)] == ["k1", "k2"]


async def test_whatever_is_wrong_with_an_item_the_others_of_its_list_are_stored(open_gateway: Gateway) -> None:
    opinions = [
        OPINION,
        OPINION | {"task": "nowhere"},
        OPINION | {"key": "k2", "by": "a\x00b"},
        OPINION | {"key": "k3", "comment": "\ud83d"},
        OPINION | {"key": "k4", "comment": "\U0001f600"},
        OPINION | {"key": "k5", "correction": {"text": "x" * 150_000, "more": "y" * 150_000}},
        OPINION | {"key": "k6", "correction": {"a\udc00": ["x"]}},
        OPINION,
        None,
        OPINION | {"key": "k7", "input": {"a": [float("nan")]}},
    ]

    answer = await open_gateway.admin.post("/v1/feedback", content=json.dumps(opinions))

    refused = {each["index"]: each["errors"][0]["field"] for each in answer.json()["refused"]}
    assert (answer.status_code, answer.json()["ids"]) == (202, ["k1", "k4", "k1"])
    assert refused == {1: "task", 2: "by", 3: "comment", 5: "body", 6: "correction", 8: "body", 9: "input"}
    assert [item["key"] for item in await stored(open_gateway)] == ["k1", "k4", "k1"]


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "\udc00x"])
async def test_characters_that_cannot_be_stored_are_refused_at_once(open_gateway: Gateway, text: str) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", content=json.dumps(OPINION | {"by": text, text: 1}))

    assert (answer.status_code, fields(answer)[0], "must not contain" in answer.json()["detail"]) == (422, "by", True)


async def test_a_list_in_which_all_is_broken_is_refused_by_place(open_gateway: Gateway) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", json=[OPINION | {"score": 7}, {"task": "tickets"}])

    assert (answer.status_code, fields(answer)) == (422, ["0.score", "1"])
    assert "says nothing" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("opinion", "field", "reason"),
    [
        (OPINION | {"task": "nowhere"}, "task", "no task 'nowhere'"),
        (OPINION | {"veredict": "negative"}, "veredict", "not a known field"),
        (OPINION | {"correction": ""}, "correction", "must not be empty"),
        (OPINION | {"correction": {"label": " "}}, "correction", "must not be empty"),
        (OPINION | {"correction": 7}, "correction", "must be a text, or must be an object"),
        (OPINION | {"correction": {"text": "x" * 150_000, "more": "y" * 150_000}}, "body", "larger than 262,144 bytes"),
        (OPINION | {"input": "x" * 200_001}, "input", "200,000 characters"),
        (OPINION | {"occurred_at": "2026-01-01"}, "occurred_at", "timezone"),
        ([OPINION] * 1001, "body", "at most 1,000 are allowed"),
        ([], "body", "at least 1"),
        ("text", "body", "must be an object"),
    ],
)
async def test_a_wrong_opinion_is_refused_by_field(
    open_gateway: Gateway, opinion: object, field: str, reason: str
) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", json=opinion)

    assert (answer.status_code, fields(answer)) == (422, [field])
    assert reason in answer.json()["detail"]
    assert await stored(open_gateway) == []


@pytest.mark.parametrize("body", [b'{"task": ', b"[{]", b"", b'{"task": "\xff"}'])
async def test_a_broken_body_is_refused_with_its_place(open_gateway: Gateway, body: bytes) -> None:
    answer = await open_gateway.admin.post("/v1/feedback", content=body)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:ratchet:problem:broken-json")
    assert "line 1 column" in answer.json()["detail"]


async def test_only_those_who_may_log_can_send(open_gateway: Gateway) -> None:
    async with await open_gateway.key_for("viewer") as viewer, await open_gateway.key_for("service") as shop:
        answers = [await each.post("/v1/feedback", json=OPINION) for each in (viewer, shop)]

    assert [answer.status_code for answer in answers] == [403, 202]


async def test_the_tenant_comes_from_the_key_and_never_from_the_body(open_gateway: Gateway) -> None:
    await open_gateway.admin.post("/v1/tenants", json={"key": "globex"})

    elsewhere = {"X-Ratchet-Tenant": "globex"}
    answer = await open_gateway.admin.post("/v1/feedback", json=OPINION, headers=elsewhere)
    named = await open_gateway.admin.post("/v1/feedback", json=OPINION | {"tenant": "globex"})

    assert (answer.status_code, fields(answer)) == (422, ["task"])
    assert fields(named) == ["tenant"]


async def test_many_at_once_are_all_stored_with_the_ids_they_were_told(open_gateway: Gateway) -> None:
    async def send(number: int) -> httpx.Response:
        return await open_gateway.admin.post("/v1/feedback", json=OPINION | {"key": f"k{number}"})

    answers = await asyncio.gather(*(send(number) for number in range(200)))

    told = sorted(answer.json()["ids"][0] for answer in answers)
    assert told == sorted(item["key"] for item in await stored(open_gateway))


async def test_a_full_stream_is_an_answer_and_not_a_loss(open_gateway: Gateway) -> None:
    jetstream = open_gateway.nats.jetstream()
    present = (await jetstream.stream_info("INGEST")).config
    await jetstream.update_stream(StreamConfig(**{**vars(present), "max_bytes": 2000}))

    answers = [await open_gateway.admin.post("/v1/feedback", json=OPINION | {"key": f"k{n}"}) for n in range(20)]

    accepted = [answer.json()["ids"][0] for answer in answers if answer.status_code == 202]
    assert {answer.status_code for answer in answers} == {202, 503}
    assert accepted == [item["key"] for item in await stored(open_gateway)]


@pytest.fixture
async def nats_folder(tmp_path: Path) -> AsyncGenerator[Path]:
    folder = tmp_path / "stopped-and-started"
    await asyncio.to_thread(server.start, folder)
    yield folder
    await asyncio.to_thread(server.stop, folder)


async def test_without_nats_ingest_is_unavailable_and_comes_back_by_itself(
    database_of: Callable[[Service], str], nats_folder: Path
) -> None:
    url = server.start(nats_folder).url
    async with gateway_on(database_of(Service.GATEWAY), url, publish_timeout_s=1) as gateway:
        await gateway.create_route("tickets")
        await eventually(lambda: _is_ready(gateway))

        await asyncio.to_thread(server.stop, nats_folder)
        down = await gateway.admin.post("/v1/feedback", json=OPINION)
        asked = await gateway.admin.get("/v1/tasks")
        ready = await gateway.admin.get("/readyz")
        await asyncio.to_thread(server.start, nats_folder)
        await eventually(lambda: _sent(gateway))

        assert (down.status_code, down.json()["part"], "try" in asked.json()["detail"]) == (503, "nats", True)
        assert (asked.status_code, ready.status_code, down.headers["retry-after"]) == (503, 503, "2")
        assert {item["key"] for item in await stored(gateway)} == {"k1"}


async def _sent(gateway: Gateway) -> bool:
    return (await gateway.admin.post("/v1/feedback", json=OPINION)).status_code == 202
