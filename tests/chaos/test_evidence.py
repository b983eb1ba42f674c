"""Where services are killed while a candidate is rolled out: its evidence is that of the raw list, the ledger whole."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import cycle
from statistics import fmean

import httpx
import pytest

from contracts import routing
from contracts.api.route import Route
from contracts.ids import new_id
from tests.chaos.killing import WITHIN_S, back, kill
from tests.journeys.steps import Body, Journey, eventually
from tests.journeys.traffic import percentages

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
UNITS, ANSWERS = 300, 600
Raw = list[tuple[Body, Body]]


def begin(journey: Journey) -> str:
    """Have a champion, and give the rollout of a candidate to half of the units, held there."""
    journey.create_task()
    path = f"/tasks/{journey.task}/versions"
    champion, candidate = (
        journey.post(path, {"artifact": {"uri": f"s3://models/{number}"}})["id"] for number in (1, 2)
    )
    journey.post(f"/versions/{champion}/promote", {})
    order = {"task": journey.task, "version_id": candidate, "steps": [5, 50], "interval_s": 0, "min_samples": 1}
    rollout = journey.post("/rollouts", order | {"goal": "acceptance", "max_samples": 1_000_000})["id"]
    return journey.post(f"/rollouts/{rollout}/advance", {})["id"]


def answers(route: Route, dice: random.Random) -> Raw:
    """Give answers to units that come again and again, each with an opinion.

    Of each version every second answer is good: by chance one may be so much worse that it is rightly taken back.
    """
    verdicts = defaultdict[str, Iterator[str]](lambda: cycle(("positive", "negative")))
    return [_answer(route, f"user-{dice.randrange(UNITS)}", verdicts) for _ in range(ANSWERS)]


def _answer(route: Route, unit: str, verdicts: Mapping[str, Iterator[str]]) -> tuple[Body, Body]:
    arm = routing.choose(route, unit)
    assert arm is not None
    served = {"id": new_id(), "task": route.task, "unit": unit, "version_id": arm.version_id}
    verdict = next(verdicts[arm.version_id])
    return served, {"key": served["id"], "task": route.task, "inference_id": served["id"], "verdict": verdict}


def deliver(journey: Journey, path: str, items: list[Body]) -> None:
    """Send a list until it is acknowledged, which may be more than once."""
    eventually(lambda: _taken(journey, path, items), within_s=WITHIN_S)


def _taken(journey: Journey, path: str, items: list[Body]) -> bool | None:
    try:
        return journey.http.post(path, json=items).status_code == 202 or None
    except httpx.TransportError:
        return None


def evidence(raw: Raw) -> dict[str, tuple[int, float]]:
    """Count by hand: by version its units, and the mean over them of the share of good opinions."""
    told = defaultdict[tuple[str, str], list[bool]](list)
    for served, opinion in raw:
        told[served["version_id"], served["unit"]].append(opinion["verdict"] == "positive")
    means = defaultdict[str, list[float]](list)
    for (version_id, _), verdicts in told.items():
        means[version_id].append(fmean(verdicts))
    return {version_id: (len(each), round(fmean(each), 6)) for version_id, each in means.items()}


def shown(journey: Journey, rollout: str) -> dict[str, tuple[int, float]] | None:
    """Give what a rollout says of its arms, if somebody answers."""
    try:
        answer = journey.http.get(f"/rollouts/{rollout}")
    except httpx.TransportError:
        return None
    if answer.status_code != 200:
        return None
    return {arm["version_id"]: (arm["n"], round(arm["mean"] or 0, 6)) for arm in answer.json()["arms"]}


@pytest.mark.parametrize("victim", ["feedback", "registry"])
def test_a_rollout_neither_loses_nor_doubles_evidence(journey: Journey, victim: str) -> None:
    rollout, dice = begin(journey), random.Random(7)
    route = Route.model_validate(journey.get(f"/tasks/{journey.task}/route"))
    raw = answers(route, dice)

    for start in range(0, ANSWERS, 100):
        part = raw[start : start + 100]
        deliver(journey, "/feedback", [opinion for _, opinion in part])
        if start == 200:
            kill(journey, victim)
        deliver(journey, "/inferences", [served for served, _ in part])
    back(journey, victim)
    deliver(journey, "/inferences", [served for served, _ in raw[:200]])

    counted = evidence(raw)
    eventually(lambda: shown(journey, rollout) == counted or None, within_s=WITHIN_S)
    time.sleep(1.5)
    assert eventually(lambda: shown(journey, rollout)) == counted
    assert percentages(journey.get(f"/rollouts/{rollout}")["history"]) == [5, 50]
    ledger = journey.get(f"/tasks/{journey.task}/history")["items"]
    assert [line["revision"] for line in ledger] == list(range(len(ledger), 0, -1))
