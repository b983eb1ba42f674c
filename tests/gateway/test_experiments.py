"""Where experiments are asked for over HTTP: the registry is asked the right question, 422 names the wrong field."""

from typing import Any

import pytest

from contracts.api.experiment import Experiment, ExperimentStatus
from contracts.api.page import Page
from contracts.api.rollout import Replay, Terms
from contracts.api.version import Verdict
from contracts.commands.experiments import (
    GetExperiment,
    ListExperiments,
    ReplayExperiment,
    StartExperiment,
    StopExperiment,
)
from contracts.errors import Stale
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway

ARMS = [{"version_id": "v1", "weight": 50}, {"version_id": "v2", "weight": 50}]
FINE: dict[str, Any] = {"task": "tickets", "arms": ARMS, "goal": "accuracy"}


def experiment() -> Experiment:
    return Experiment(
        id="e1", task="tickets", name="", status=ExperimentStatus.RUNNING, arms=(), terms=Terms(), auto_ship=False,
        rollout=None, verdict=Verdict.CONTINUE, confidence=0, reasons=("Open.",), missing="more units",
        recommendation="Wait.", srm=None, winner=None, phase_id="p1", started_by="ada", created_at=NOW,
        ended_at=None, revision=7,
    )  # fmt: skip


async def test_an_experiment_is_started_shown_listed_replayed_and_stopped(gateway: Gateway, behind: Behind) -> None:
    answers = {
        StartExperiment: experiment(),
        GetExperiment: experiment(),
        ListExperiments: Page[Experiment](items=(experiment(),)),
        ReplayExperiment: Replay(steps=(), ends_with=Verdict.CONTINUE),
        StopExperiment: experiment(),
    }
    await behind.answer(Service.REGISTRY, {command: lambda asked: answers[type(asked)] for command in answers})

    started = await gateway.admin.post("/v1/experiments", json=FINE | {"alpha": 0.01})
    shown = await gateway.admin.get("/v1/experiments/e1")
    listed = await gateway.admin.get("/v1/experiments?task=tickets&status=running&limit=7")
    replayed = await gateway.admin.post("/v1/experiments/e1/replay", json={"alpha": 0.1})
    stopped = await gateway.admin.post("/v1/experiments/e1/stop", json={"winner": "v2"}, headers={"If-Match": '"7"'})

    assert [each.status_code for each in (started, shown, listed, replayed, stopped)] == [201, 200, 200, 200, 200]
    assert [each.headers.get("ETag") for each in (started, shown, stopped)] == ['"7"'] * 3
    asked: list[Any] = [command for _, command in behind.asked]
    assert asked[0].experiment.shares == {"v1": 0.5, "v2": 0.5}
    assert (asked[2].task, asked[2].status, asked[2].limit) == ("tickets", "running", 7)
    assert asked[3].terms.alpha == 0.1
    assert (asked[4].stop.winner, asked[4].expected_revision) == ("v2", 7)


async def test_stopping_needs_no_body(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {StopExperiment: lambda _: experiment()})

    answer = await gateway.admin.post("/v1/experiments/e1/stop")

    assert answer.status_code == 200
    assert behind.asked[0][1].model_dump()["stop"]["winner"] is None


async def test_an_older_page_in_view_is_412(gateway: Gateway, behind: Behind) -> None:
    def refuse(_: StopExperiment) -> Experiment:
        detail = "Experiment e1 has revision 8 by now, not 7; look at it again before you change it."
        raise Stale(detail, revision=8)

    await behind.answer(Service.REGISTRY, {StopExperiment: refuse})

    answer = await gateway.admin.post("/v1/experiments/e1/stop", headers={"If-Match": '"7"'})

    assert (answer.status_code, answer.json()["revision"]) == (412, 8)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"arms": [ARMS[0], {"version_id": "v2", "weight": 40}]}, "arms", "add up to 90; they must add up to 1, or to 100"),
    ({"arms": [ARMS[0], ARMS[0]]}, "arms", "a version is in more than one arm"),
    ({"arms": ARMS[:1]}, "arms", "at least 2"),
    ({"arms": [ARMS[0], {"version_id": "v 2", "weight": 50}]}, "arms.1.version_id", "printable ASCII"),
    ({"arms": [ARMS[0], {"version_id": "v2", "weight": -1}]}, "arms.1.weight", "greater than 0"),
    ({"arms": [ARMS[0], {"version_id": "v2", "weight": "🦆"}]}, "arms.1.weight", "number"),
    ({"goal": "click-through 🦆"}, "goal.metric", "lower-case letters"),
    ({"goal": {"metric": "accuracy", "margin": -1}}, "goal.margin", "greater than or equal to 0"),
    ({"goal": None}, "goal", ""),
    ({"guardrails": ["../etc"]}, "guardrails.0.metric", "lower-case letters"),
    ({"signals": [7]}, "signals.0", "object"),
    ({"max_samples": 0}, "max_samples", "greater than or equal to 2"),
    ({"rollout": {"steps": [50, 25]}}, "rollout.steps", "must rise"),
    ({"winner": "v1"}, "winner", "is not a known field"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong[1]} {wrong[2]}")
async def test_what_makes_no_sense_is_422_and_names_the_field(
    gateway: Gateway, wrong: tuple[dict[str, Any], str, str]
) -> None:
    fields, field, reason = wrong

    answer = await gateway.admin.post("/v1/experiments", json=FINE | fields)

    (error, *_) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, field)
    assert reason in error["reason"]


@pytest.mark.parametrize(("role", "may"), [("manager", True), ("operator", False), ("viewer", False)])
async def test_who_may_release_may_start_and_stop_and_who_may_read_may_look(
    gateway: Gateway, behind: Behind, role: str, *, may: bool
) -> None:
    await behind.answer(
        Service.REGISTRY, dict.fromkeys((StartExperiment, StopExperiment, GetExperiment), lambda _: experiment())
    )
    async with await gateway.key_for(role) as person:
        started = await person.post("/v1/experiments", json=FINE)
        stopped = await person.post("/v1/experiments/e1/stop")
        shown = await person.get("/v1/experiments/e1")

    assert (started.status_code, stopped.status_code) == ((201, 200) if may else (403, 403))
    assert shown.status_code == 200
