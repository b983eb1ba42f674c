"""Where it is tried that whatever is wrong is answered with a problem that says what, in which field."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts import reasons
from contracts.api.kind import Kinds, KindSheet
from contracts.api.rollout import NewRollout
from contracts.api.task import NewTask
from contracts.commands.jobs import StartTraining
from contracts.commands.kinds import ListKinds
from contracts.commands.predictions import Predict
from contracts.commands.tasks import CreateTask, GetTask
from contracts.errors import AlreadyRunning, TaskExists, UnknownTask
from contracts.problem import MEDIA_TYPE
from contracts.service import Service
from gateway.api import problems
from tests.gateway.stage import Behind, Gateway, job, task


def refuse(refusal: Exception) -> Any:
    def give(_: object) -> None:
        raise refusal

    return give


def fields(answer: httpx.Response) -> list[str]:
    assert answer.headers["content-type"] == MEDIA_TYPE
    return [error["field"] for error in answer.json()["errors"]]


async def test_a_refusal_of_the_owner_is_handed_on_with_its_facts(gateway: Gateway, behind: Behind) -> None:
    running = AlreadyRunning("The job j1 of this task is running.", running_job_id="j1")
    await behind.answer(Service.TRAINER, {StartTraining: refuse(running)})

    answer = await gateway.admin.post("/v1/training/jobs", json={"task": "tickets"})

    assert (answer.status_code, answer.headers["content-type"]) == (409, MEDIA_TYPE)
    assert answer.json()["running_job_id"] == "j1"
    assert answer.json()["type"] == "urn:ratchet:problem:already-running"


async def test_an_unknown_task_in_the_address_is_not_found(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetTask: refuse(UnknownTask("There is no task 'x'."))})

    answer = await gateway.admin.get("/v1/tasks/x")

    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no task 'x'.")


@pytest.mark.parametrize("address", ["/v1/tasks/a%00b/rollback", "/v1/tasks/t/rollback?x=%00"])
async def test_an_address_that_no_audit_log_could_keep_is_refused_with_the_reason(
    gateway: Gateway, address: str
) -> None:
    answer = await gateway.admin.post(address, json={})

    assert (answer.status_code, fields(answer)) == (422, ["address"])


async def test_a_kind_that_is_not_installed_is_refused_with_those_that_are(gateway: Gateway, behind: Behind) -> None:
    sheet = KindSheet(name="risk", summary="", tables=(), parameters={}, collects_examples=False, has_table=False)
    await behind.answer(Service.TRAINER, {ListKinds: lambda _: Kinds(items=(sheet,))})

    answer = await gateway.admin.post("/v1/tasks", json={"key": "t", "kind": "magic"})

    assert (answer.status_code, fields(answer)) == (422, ["kind"])
    assert "installed are: risk" in answer.json()["detail"]


async def test_a_service_that_is_down_is_unavailable_and_named(gateway: Gateway) -> None:
    answer = await gateway.admin.get("/v1/tasks")

    assert (answer.status_code, answer.json()["part"]) == (503, "registry")
    assert "registry service is not available" in answer.json()["detail"]
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({"kee": "tickets"}, "kee", "is not a known field"),
        ({}, "key", "is needed"),
        ({"key": 7}, "key", "must be a text"),
        ({"key": "Tickets!"}, "key", "lower-case letters"),
        ({"key": "t", "kind": "Ma gic"}, "kind", "lower-case letters"),
        ({"key": "t", "auto_approve_quality": 2}, "auto_approve_quality", "less than or equal to 1"),
        ([], "body", "must be an object"),
    ],
)
async def test_wrong_input_is_refused_by_field(gateway: Gateway, body: Any, field: str, reason: str) -> None:
    answer = await gateway.admin.post("/v1/tasks", json=body)

    assert (answer.status_code, field in fields(answer)) == (422, True)
    assert reason in answer.json()["detail"]


async def test_fields_below_others_are_named_by_their_path(gateway: Gateway) -> None:
    answer = await gateway.admin.post("/v1/tasks/tickets/predict", json={"inputs": [{"text": "a"}, "b"]})

    assert (answer.status_code, fields(answer)) == (422, ["inputs.1"])


async def test_a_value_that_fits_no_branch_is_named_once(gateway: Gateway) -> None:
    answer = await gateway.admin.post("/v1/examples", json={"task": "t", "input": 7, "expected_output": "x"})

    assert (answer.status_code, fields(answer)) == (422, ["input"])


async def test_too_many_items_are_refused_with_the_limit(gateway: Gateway) -> None:
    answer = await gateway.admin.post("/v1/tasks/tickets/predict", json={"inputs": [{"text": "a"}] * 1001})

    assert (answer.status_code, fields(answer)) == (422, ["inputs"])
    assert "at most 1,000" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b'{"key": ', b"\xff\xfe", b"{'key': 1}", b'{"key": "t"} and more'])
async def test_broken_json_is_refused_with_its_place(gateway: Gateway, body: bytes) -> None:
    answer = await gateway.admin.post("/v1/tasks", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:ratchet:problem:broken-json"


async def test_the_place_of_broken_json_is_a_number(gateway: Gateway) -> None:
    answer = await gateway.admin.post("/v1/tasks", content=b'{"key": oops}')

    assert "at character 8" in answer.json()["detail"]


async def test_text_that_is_no_unicode_is_refused(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {Predict: lambda _: job()})

    answer = await gateway.admin.post("/v1/tasks/t/predict", content=rb'{"inputs": [{"text": "\ud800"}]}')

    assert (answer.status_code, fields(answer)) == (422, ["body"])


async def test_a_body_above_the_limit_is_refused_before_it_is_read(gateway: Gateway) -> None:
    answers = [
        await gateway.admin.post(path, content=b'"' + b"a" * 10_000_000 + b'"')
        for path in ("/v1/tasks", "/v1/feedback")
    ]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert "8,388,608 bytes" in answers[0].json()["detail"]


async def test_a_body_that_does_not_say_its_length_is_read_to_the_limit_only(gateway: Gateway) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(10):
            yield b"a" * 1_000_000

    answers = [await gateway.admin.post(path, content=endless()) for path in ("/v1/tasks", "/v1/feedback")]

    assert [answer.status_code for answer in answers] == [413, 413]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/v1/tasks", 405),
        ("PATCH", "/v1/feedback", 405),
    ],
)
async def test_what_has_no_route_is_a_problem_too(gateway: Gateway, method: str, path: str, status: int) -> None:
    answer = await gateway.admin.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert path in answer.json()["detail"]


async def test_the_id_of_a_request_comes_back(gateway: Gateway) -> None:
    given = await gateway.admin.get("/v1/me", headers={"X-Request-Id": "mine-7"})
    refused = await gateway.admin.get("/v1/nothing", headers={"X-Request-Id": "mine-8"})
    made = await gateway.admin.get("/v1/me")

    assert (given.headers["x-request-id"], refused.headers["x-request-id"]) == ("mine-7", "mine-8")
    assert len(made.headers["x-request-id"]) == 36


async def test_a_post_with_a_key_is_carried_out_once(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {CreateTask: lambda asked: task(asked.task.key)})
    key = {"Idempotency-Key": "k1"}

    answers = [await gateway.admin.post("/v1/tasks", json={"key": "tickets"}, headers=key) for _ in range(2)]
    other = await gateway.admin.post("/v1/tasks", json={"key": "parcels"}, headers=key)

    assert ([answer.status_code for answer in answers], len(behind.asked)) == ([201, 201], 1)
    assert (other.status_code, other.json()["type"]) == (409, "urn:ratchet:problem:key-reused")


async def test_a_question_is_answered_anew_whatever_key_it_carries(gateway: Gateway, behind: Behind) -> None:
    answers = iter([task("first"), task("second")])
    await behind.answer(Service.REGISTRY, {GetTask: lambda _: next(answers)})

    seen = [await gateway.admin.get("/v1/tasks/t", headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.json()["key"] for answer in seen] == ["first", "second"]


async def test_a_malformed_idempotency_key_is_refused_by_name(gateway: Gateway) -> None:
    answer = await gateway.admin.post("/v1/tasks", json={"key": "t"}, headers={"Idempotency-Key": "a b"})

    assert (answer.status_code, fields(answer)) == (422, ["Idempotency-Key"])


async def test_a_malformed_cursor_is_refused_by_name(gateway: Gateway) -> None:
    answers = [await gateway.admin.get(path, params={"cursor": "x"}) for path in ("/v1/api-keys", "/v1/audit")]

    assert [(answer.status_code, fields(answer)) for answer in answers] == [(422, ["cursor"])] * 2


async def test_a_refusal_does_not_become_a_fault_of_ours(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {CreateTask: refuse(TaskExists("There is a task 't' already."))})

    answer = await gateway.admin.post("/v1/tasks", json={"key": "t"})

    assert answer.status_code == 409


async def test_a_fault_is_answered_without_its_inner_life() -> None:
    async def broken(_: Request) -> Response:
        message = "secret inner life"
        raise RuntimeError(message)

    faulty = Starlette(routes=[Route("/broken", broken)], exception_handlers=problems.HANDLERS)
    transport = httpx.ASGITransport(faulty, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get("/broken")

    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "secret" not in answer.text


@pytest.mark.parametrize(("item", "told"), [({"key": "Bad Key"}, "lower-case letters"), ({"key": "a.b"}, "63")])
def test_a_name_that_cannot_be_a_key_is_told_what_a_key_may_hold(item: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        NewTask.model_validate(item)

    assert told in reasons.fields(wrong.value.errors())[0].reason


def test_a_list_whose_items_are_wrong_is_not_told_to_be_too_short_as_well() -> None:
    with pytest.raises(ValidationError) as wrong:
        NewRollout.model_validate({"task": "t", "version_id": "v", "steps": [200]})

    assert [each.field for each in reasons.fields(wrong.value.errors())] == ["steps.0"]
