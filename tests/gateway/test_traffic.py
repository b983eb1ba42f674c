"""Where it is tried what every request is treated with: limits, headers, methods, and parameters that nobody knows."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from contracts.api.page import Page
from contracts.commands.tasks import GetTask, ListTasks
from contracts.problem import MEDIA_TYPE
from contracts.service import Service
from gateway.api import application, parameters
from gateway.settings import Settings
from tests.gateway.stage import Behind, Gateway, as_, gateway_on, task

ORIGIN = "https://console.example"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
SHIELDS = ("x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy")


@pytest.fixture
async def strict(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    """Give a gateway that takes one request a second and key, and shows its answers to one other origin."""
    limits = {"requests_per_s": 1, "request_burst": 4, "cors_origins": ORIGIN}
    async with gateway_on(database_of(Service.GATEWAY), nats_url, **limits) as gateway:
        yield gateway


async def test_a_key_that_asks_too_often_is_told_when_to_come_again_and_others_are_not(strict: Gateway) -> None:
    async with await strict.key_for("viewer") as viewer:
        answers = await asyncio.gather(*(strict.admin.get("/v1/me") for _ in range(60)))
        other = await viewer.get("/v1/me")

    left = {each.headers["ratelimit-remaining"] for each in answers if each.status_code == 200}
    refused = next(each for each in answers if each.status_code != 200)
    assert {"0", "1", "2"} <= left <= {"0", "1", "2", "3"}
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["requests_per_s"]) == (429, "1", 1)
    assert (refused.headers["ratelimit-remaining"], refused.headers["content-type"]) == ("0", MEDIA_TYPE)
    assert (other.status_code, other.headers["ratelimit-limit"]) == (200, "1")


async def test_pages_of_an_allowed_origin_alone_may_use_the_api(strict: Gateway) -> None:
    allowed = await strict.admin.options("/v1/tasks", headers=PREFLIGHT)
    foreign = await strict.admin.options("/v1/tasks", headers=PREFLIGHT | {"Origin": "https://evil.example"})
    answer = await strict.admin.get("/v1/me", headers={"Origin": ORIGIN})

    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "Idempotency-Key" in allowed.headers["access-control-allow-headers"]
    assert "access-control-allow-origin" not in foreign.headers
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_by_default_no_other_origin_is_let_in(gateway: Gateway) -> None:
    answers = [
        await gateway.admin.options("/v1/tasks", headers=PREFLIGHT),
        await gateway.admin.get("/v1/me", headers={"Origin": ORIGIN}),
    ]

    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "origins", ["console.example", "https://a.example/path", "https://a.example, https://b.example"]
)
def test_what_is_no_list_of_origins_is_no_setting(origins: str) -> None:
    with pytest.raises(ValidationError, match="cors_origins"):
        Settings(database_url="", cors_origins=origins)


async def test_every_answer_is_shielded(gateway: Gateway) -> None:
    paths = ("/v1/me", "/v1/nothing", "/livez", "/v1/feedback", "/openapi.json", "/docs")

    answers = [await gateway.admin.get(path) for path in paths]

    assert [name for answer in answers for name in SHIELDS if name not in answer.headers] == []
    assert ["server" in answer.headers for answer in answers] == [False] * len(paths)


async def test_answers_of_the_api_are_neither_kept_nor_shown_in_frames(gateway: Gateway) -> None:
    answer = await gateway.admin.get("/v1/me")

    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_head_is_answered_like_get_without_a_body(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetTask: lambda asked: task(asked.key)})

    got, head = [await gateway.admin.request(method, "/v1/tasks/tickets") for method in ("GET", "HEAD")]

    kept = ("content-length", "content-type", "etag")
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers[name] for name in kept] == [got.headers[name] for name in kept]


async def test_head_of_what_would_go_on_for_ever_ends(gateway: Gateway) -> None:
    answer = await gateway.admin.head("/v1/events")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


async def test_options_names_the_methods_of_an_address_to_anybody(gateway: Gateway) -> None:
    methods = {"/v1/tasks": "GET, HEAD, OPTIONS, POST", "/v1/training/jobs/j1/cancel": "OPTIONS, POST"}

    async with as_(gateway.url, None) as stranger:
        asked = [await stranger.options(path) for path in methods]
    refused = [await gateway.admin.put(path) for path in methods]

    assert [(each.status_code, each.headers["allow"]) for each in asked] == [(204, each) for each in methods.values()]
    assert [(each.status_code, each.headers["allow"]) for each in refused] == [(405, each) for each in methods.values()]


async def test_a_parameter_that_nobody_knows_is_refused_by_name(gateway: Gateway) -> None:
    reasons = {
        "/v1/tasks?limt=3": ("limt", "is not a known parameter; did you mean limit?"),
        "/v1/tasks/tickets?x=1": ("x", "is not known; there are none here"),
        "/v1/plans?name=1": ("name", "is not a known parameter; known are cursor, limit"),
    }

    answers = [await gateway.admin.get(path) for path in reasons]

    told = [(error["field"], error["reason"]) for answer in answers for error in answer.json()["errors"]]
    assert [answer.status_code for answer in answers] == [422] * len(reasons)
    assert told == list(reasons.values())


async def test_parameters_that_are_known_are_taken(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {ListTasks: lambda _: Page(items=())})

    answer = await gateway.admin.get("/v1/tasks", params={"limit": 3, "cursor": "a"})

    assert answer.status_code == 200, answer.text


def test_the_parameters_that_a_route_takes_are_those_that_are_described() -> None:
    described = application.build().openapi()["paths"]

    wrong = {
        f"{method} {route.path}"
        for route in application.known_routes()
        for method in route.methods or ()
        if set(parameters.known_to(route)) != asked_with(described[route.path_format][method.lower()])
    }

    assert wrong == set()


def asked_with(operation: Any) -> set[str]:
    return {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}


async def test_a_request_whose_sender_goes_away_is_no_fault(gateway: Gateway) -> None:
    async def breaking_off() -> AsyncGenerator[bytes]:
        yield b'{"key": '
        raise httpx.ReadError("gone")

    with pytest.raises(httpx.ReadError):
        await gateway.admin.post("/v1/tenants", content=breaking_off(), headers={"Idempotency-Key": "k"})
    again = await gateway.admin.post("/v1/tenants", json={"key": "globex"}, headers={"Idempotency-Key": "k"})

    assert again.status_code == 201
