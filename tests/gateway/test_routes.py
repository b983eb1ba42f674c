"""Where it is tried that every route demands a right, is described, and asks its owner the right question."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant

from chassis.testing.waiting import eventually
from contracts import commands
from contracts.api.example import ExampleStats, Reviewed
from contracts.api.feedback import FeedbackStats
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.page import Page
from contracts.api.retraining import RetrainPolicy, RetrainReplay
from contracts.api.route import Resolution
from contracts.commands import dead_letters, examples, feedback_policies, metrics, retraining, versions
from contracts.commands.jobs import ListJobs
from contracts.commands.ping import Ping, Pong
from contracts.service import Service
from gateway.api import application
from gateway.api.visitor import OPEN
from tests.gateway.stage import Behind, Gateway, as_, route

NOTHING: Page[Any] = Page(items=())
NOWHERE = Resolution(version_id=None, label=None, artifact=None, revision=1, stale_seconds=0, reason="")

AT = "2026-01-01T00:00:00Z"
ASKED: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("GET", "/v1/training/jobs?task=t&status=failed&limit=7", None, ListJobs, {"task": "t", "status": "failed"}),
    ("GET", "/v1/tasks/t/versions?status=active", None, versions.ListVersions, {"task": "t", "status": "active"}),
    ("GET", "/v1/tasks/t/route", None, versions.GetRoute, {"task": "t"}),
    ("GET", "/v1/tasks/t/resolve?unit=u7", None, versions.ResolveTask, {"task": "t", "unit": "u7"}),
    ("GET", "/v1/tasks/t/history?cursor=9", None, versions.ListServing, {"task": "t", "cursor": "9"}),
    ("POST", "/v1/versions/v/promote", None, versions.PromoteVersion, {"version_id": "v"}),
    ("POST", "/v1/tasks/t/rollback", {"to": "v"}, versions.RollBack, {"task": "t"}),
    ("GET", "/v1/inferences?version_id=v", None, metrics.ListInferences, {"version_id": "v"}),
    ("GET", "/v1/feedback?inference_id=i", None, metrics.ListFeedback, {"inference_id": "i"}),
    ("GET", "/v1/feedback?parked=true", None, metrics.ListFeedback, {"parked": True, "late": False}),
    ("GET", "/v1/feedback/stats?version=v&group_by=source", None, metrics.CountFeedback, {"version_id": "v"}),
    ("GET", "/v1/examples?status=pending", None, examples.ListExamples, {"status": "pending"}),
    ("GET", "/v1/examples/stats?task=t", None, examples.CountExamples, {"task": "t"}),
    ("POST", "/v1/examples/review", {"ids": ["e"], "verdict": "approve"}, examples.ReviewExamples, {}),
    ("GET", "/v1/tasks/t/feedback-policy", None, feedback_policies.GetFeedbackPolicy, {"task": "t"}),
    ("PUT", "/v1/tasks/t/feedback-policy", {"required_reviews": 2}, feedback_policies.SetFeedbackPolicy, {"task": "t"}),
    ("GET", "/v1/tasks/t/retrain-policy", None, retraining.GetRetrainPolicy, {"task": "t"}),
    ("PUT", "/v1/tasks/t/retrain-policy", {"min_accuracy": 0.9}, retraining.SetRetrainPolicy, {"task": "t"}),
    ("POST", "/v1/tasks/t/retrain-policy/replay", {"from": AT}, retraining.ReplayRetraining, {"task": "t"}),
    ("GET", "/v1/tasks/t/retrain-decisions", None, retraining.ListRetrainDecisions, {"task": "t"}),
    ("GET", "/v1/dead-letters?service=feedback", None, dead_letters.ListDeadLetters, {"service": "feedback"}),
]
REPLAY = RetrainReplay(
    task="t", since=AT, until=AT, complete=True, checks=0, fired=0, really_fired=0, requests=(), really=(),
    timeline=(), assumptions=(),
)  # fmt: skip
ANSWERS: dict[type[Any], Any] = {
    versions.GetRoute: route(),
    versions.PromoteVersion: route(),
    versions.RollBack: route(),
    versions.ResolveTask: NOWHERE,
    metrics.CountFeedback: FeedbackStats(total=0, by={}),
    examples.CountExamples: ExampleStats(total=0, by={}),
    examples.ReviewExamples: Reviewed(reviewed=1),
    feedback_policies.GetFeedbackPolicy: FeedbackPolicy(),
    feedback_policies.SetFeedbackPolicy: FeedbackPolicy(),
    retraining.GetRetrainPolicy: RetrainPolicy(),
    retraining.SetRetrainPolicy: RetrainPolicy(),
    retraining.ReplayRetraining: REPLAY,
}


@pytest.mark.parametrize("exchange", ASKED, ids=lambda exchange: f"{exchange[0]} {exchange[1]}")
async def test_a_request_becomes_the_command_of_its_owner(
    gateway: Gateway, behind: Behind, exchange: tuple[str, str, Any, Any, dict[str, Any]]
) -> None:
    method, path, body, command, said = exchange
    await behind.answer(command.owner or Service.FEEDBACK, {command: lambda _: ANSWERS.get(command, NOTHING)})

    answer = await gateway.admin.request(method, path, json=body)

    assert answer.status_code == 200, answer.text
    ((tenant, asked),) = behind.asked
    assert (tenant, type(asked)) == ("acme", command)
    assert said.items() <= asked.model_dump(mode="json").items()


def demands(dependant: Dependant) -> Iterator[str]:
    """Name what is demanded of whoever asks, however deep it stands."""
    for each in dependant.dependencies:
        yield getattr(each.call, "__qualname__", "")
        yield from demands(each)


def test_every_route_demands_a_right_or_is_open_to_all_by_name() -> None:
    lacking = list[str]()
    for found in application.known_routes():
        demanded = {each.partition(".")[0] for each in demands(found.dependant)}
        is_open = any((method, found.path) in OPEN for method in found.methods or ())
        if not demanded & ({"_visitor"} if is_open else {"_demanding", "_somebody"}):
            lacking.append(f"{min(found.methods or ())} {found.path}")

    assert lacking == []


def test_every_command_that_the_gateway_may_ask_has_a_route() -> None:
    folder = Path(application.__file__).parents[1]
    words = Counter(re.findall(r"\w+", "".join(module.read_text() for module in folder.rglob("*.py"))))

    imported_and_asked = 2
    asked = {command for command in commands.ALL if words[command.__name__] >= imported_and_asked}
    assert asked | {Ping} == {command for command in commands.ALL if Service.GATEWAY in command.askers}


async def test_the_api_describes_itself_to_everybody(gateway: Gateway) -> None:
    async with as_(gateway.url, None) as stranger:
        described = (await stranger.get("/openapi.json")).json()

    sending = described["paths"]["/v1/feedback"]["post"]
    assert {"NewFeedback", "Accepted", "Problem", "Job", "Route"} <= set(described["components"]["schemas"])
    assert {"202", "401", "403", "422", "503"} <= set(sending["responses"])
    assert "application/problem+json" in sending["responses"]["422"]["content"]


@pytest.mark.parametrize(
    ("method", "path", "refusals", "headers"),
    [
        ("post", "/v1/rollouts/{rollout_id}/{action}", {"404", "409", "412"}, {"Idempotency-Key", "if-match"}),
        ("post", "/v1/experiments", {"404", "409"}, {"Idempotency-Key"}),
        ("get", "/v1/versions/{version_id}", {"404"}, set[str]()),
        ("get", "/v1/rollouts", {"404"}, set[str]()),
        ("get", "/v1/tenants", set[str](), set[str]()),
    ],
)
def test_the_api_says_what_is_refused_because_of_what_is_there(
    method: str, path: str, refusals: set[str], headers: set[str], document: dict[str, Any]
) -> None:
    described = document["paths"][path][method]

    assert described["responses"].keys() & {"404", "409", "412"} == refusals
    taken = {each["name"] for each in described.get("parameters", ()) if each["in"] == "header"}
    assert taken == headers | {"X-Ratchet-Tenant"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    api = application.build()
    return [api.openapi() for _ in range(2)][1]


async def test_the_messages_describe_themselves_to_everybody(gateway: Gateway) -> None:
    async with as_(gateway.url, None) as stranger:
        described = (await stranger.get("/asyncapi.json")).json()

    assert described["channels"]["ingest.feedback"]["address"] == "ingest.{tenant}.feedback"


async def test_the_gateway_is_ready_when_all_four_services_answer(gateway: Gateway, behind: Behind) -> None:
    alone = await gateway.admin.get("/readyz")
    for each in (Service.TRAINER, Service.REGISTRY, Service.FEEDBACK):
        await behind.answer(each, {Ping: lambda asked: Pong(service=asked.service)})

    ready = await eventually(lambda: _ready(gateway))

    assert (alone.status_code, "trainer service is not available" in alone.json()["checks"]["trainer"]) == (503, True)
    assert set(ready["checks"].values()) == {"ok"}


async def test_life_and_numbers_are_shown_without_a_key(gateway: Gateway) -> None:
    await gateway.admin.get("/v1/me")
    async with as_(gateway.url, None) as stranger:
        alive, shown = await stranger.get("/livez"), await stranger.get("/metrics")

    assert alive.status_code == 200
    assert 'ratchet_http_seconds_count{method="GET",route="/v1/me",status="200"}' in shown.text


async def _ready(gateway: Gateway) -> dict[str, Any] | None:
    answer = await gateway.admin.get("/readyz")
    return answer.json() if answer.status_code == 200 else None
