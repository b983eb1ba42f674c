"""Where rollouts and canaries are ordered over HTTP: what is asked of the registry, and edits with old eyes."""

from typing import Any

import pytest

from contracts.api.page import Page
from contracts.api.rollout import Replay, Rollout, RolloutStatus, Terms
from contracts.api.version import Verdict
from contracts.commands import rollouts, versions
from contracts.errors import ReleaseUnderWay, Stale
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway, route

NEW = {"task": "tickets", "version_id": "v", "steps": [10, 25, 100], "goal": "acceptance"}
ROLLOUT = Rollout(
    id="r", task="tickets", version_id="v", baseline_version_id="w", status=RolloutStatus.RUNNING, is_canary=False,
    steps=(10, 100), step=0, traffic_percent=10, interval_s=600, terms=Terms(), attempt=1, verdict=Verdict.CONTINUE,
    reasons=("why",), missing="units", phase_id="p", step_since=NOW, next_step_at=NOW, started_by="ada",
    created_at=NOW, ended_at=None, revision=7,
)  # fmt: skip
ASKED: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("GET", "/v1/rollouts?task=t&status=paused&limit=3", None, rollouts.ListRollouts, {"task": "t", "limit": 3}),
    ("GET", "/v1/rollouts/r", None, rollouts.GetRollout, {"rollout_id": "r"}),
    ("POST", "/v1/rollouts", NEW, rollouts.StartRollout, {}),
    ("POST", "/v1/rollouts/r/pause", None, rollouts.SteerRollout, {"rollout_id": "r", "action": "pause", "reason": ""}),
    ("POST", "/v1/rollouts/r/abort", {"reason": "no"}, rollouts.SteerRollout, {"action": "abort", "reason": "no"}),
    ("POST", "/v1/rollouts/r/replay", {"goal": "accuracy"}, rollouts.ReplayRollout, {"rollout_id": "r"}),
    ("POST", "/v1/versions/v/canary", {"traffic_percent": 10}, versions.SetCanary, {"version_id": "v"}),
]
ANSWERS: dict[type[Any], Any] = {
    rollouts.ListRollouts: Page[Rollout](items=(ROLLOUT,)),
    rollouts.ReplayRollout: Replay(steps=(), ends_with=Verdict.CONTINUE),
    versions.SetCanary: route(),
    versions.PromoteVersion: route(),
    versions.RollBack: route(),
    versions.GetRoute: route(),
}


@pytest.mark.parametrize("exchange", ASKED, ids=lambda exchange: f"{exchange[0]} {exchange[1]}")
async def test_a_request_becomes_the_command_of_the_registry(
    gateway: Gateway, behind: Behind, exchange: tuple[str, str, Any, Any, dict[str, Any]]
) -> None:
    method, path, body, command, said = exchange
    await behind.answer(Service.REGISTRY, {command: lambda _: ANSWERS.get(command, ROLLOUT)})

    answer = await gateway.admin.request(method, path, json=body)

    assert answer.status_code in {200, 201}, answer.text
    ((tenant, asked),) = behind.asked
    assert (tenant, type(asked)) == ("acme", command)
    assert said.items() <= asked.model_dump(mode="json").items()


@pytest.mark.parametrize(
    ("path", "body", "command"),
    [
        ("/v1/rollouts/r/advance", {}, rollouts.SteerRollout),
        ("/v1/versions/v/promote", {}, versions.PromoteVersion),
        ("/v1/versions/v/canary", {"traffic_percent": 5}, versions.SetCanary),
        ("/v1/tasks/t/rollback", {}, versions.RollBack),
    ],
)
async def test_an_edit_names_the_revision_that_was_read_and_answers_the_new_one(
    gateway: Gateway, behind: Behind, path: str, body: dict[str, Any], command: Any
) -> None:
    await behind.answer(Service.REGISTRY, {command: lambda _: ANSWERS.get(command, ROLLOUT)})

    answers = [
        await gateway.admin.post(path, json=body, headers={"If-Match": etag}) for etag in ('"6"', 'W/"6"', "*", "6")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert [asked.model_dump()["expected_revision"] for _, asked in behind.asked] == [6, 6, None]
    assert answers[0].headers["etag"] in {'"1"', '"7"'}
    assert answers[3].json()["errors"][0]["field"] == "If-Match"


async def test_what_is_read_carries_its_revision(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(
        Service.REGISTRY, {rollouts.GetRollout: lambda _: ROLLOUT, versions.GetRoute: lambda _: route()}
    )

    rollout, serving = await gateway.admin.get("/v1/rollouts/r"), await gateway.admin.get("/v1/tasks/t/route")

    assert (rollout.headers["etag"], serving.headers["etag"]) == ('"7"', '"1"')


def _refuse(_: Any) -> None:
    raise Stale("Rollout r has revision 8 by now, not 7.", revision=8)


def _compete(_: Any) -> None:
    raise ReleaseUnderWay("Rollout q is running.", rollout_id="q")


async def test_refusals_are_problems_with_their_facts(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {rollouts.SteerRollout: _refuse, rollouts.StartRollout: _compete})

    stale = await gateway.admin.post("/v1/rollouts/r/pause", headers={"If-Match": '"7"'})
    second = await gateway.admin.post("/v1/rollouts", json=NEW)

    assert (stale.status_code, stale.json()["revision"]) == (412, 8)
    assert (second.status_code, second.json()["rollout_id"]) == (409, "q")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"steps": [50, 10]}, "steps"),
        ({"steps": []}, "steps"),
        ({"steps": [0, 100]}, "steps.0"),
        ({"interval_s": -1}, "interval_s"),
        ({"interval_s": "NaN"}, "interval_s"),
        ({"goal": "no such thing!"}, "goal"),
        ({"alpha": 0.7}, "alpha"),
        ({"task": "Not a key"}, "task"),
        ({"guardrail": ["accuracy"]}, "guardrail"),
    ],
)
async def test_a_rollout_that_makes_no_sense_is_refused_by_field(
    gateway: Gateway, body: dict[str, Any], field: str
) -> None:
    refused = await gateway.admin.post("/v1/rollouts", json=NEW | body)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith(field)


async def test_an_action_that_does_not_exist_is_refused(gateway: Gateway) -> None:
    refused = await gateway.admin.post("/v1/rollouts/r/explode")

    assert refused.status_code == 422
    assert "pause" in refused.json()["detail"]


async def test_who_only_reads_may_look_and_not_steer(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {rollouts.GetRollout: lambda _: ROLLOUT})
    viewer, service = await gateway.key_for("viewer"), await gateway.key_for("service")

    looks = [await each.get("/v1/rollouts/r") for each in (viewer, service)]
    orders = [await each.post("/v1/rollouts/r/abort") for each in (viewer, service)]

    assert [each.status_code for each in (*looks, *orders)] == [200, 403, 403, 403]
    await viewer.aclose()
    await service.aclose()
