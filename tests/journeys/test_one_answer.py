"""Where whoever asks which version a unit gets is held to one answer: the gateway, a resolver, and who predicts."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ratchet import Resolver
from ratchet.sample import load
from tests.journeys.steps import Body, Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()]
UNITS = [*(f"user-{number}" for number in range(996)), "", "é ✓", "a/b?c=d&e#f", "x" * 200]
FEW = 100
"""Enough while nothing is divided."""

ASKING = 8

Answer = tuple[int, str | None]
"""A revision of the route, and a version."""


def versions(journey: Journey, count: int) -> Sequence[str]:
    """Train a champion, and candidates that wait."""
    journey.create_task()
    made: list[str] = []
    for number in range(count):
        journey.teach(TICKETS[number * 150 : (number + 1) * 150])
        made.append(journey.train(auto_release=not made)["version_id"])
    return made


def open_resolver(journey: Journey, folder: Path) -> Resolver:
    local = journey.system.local
    return Resolver(local.nats_url, tenant=local.tenant, cache_folder=folder)


def settled(journey: Journey, resolver: Resolver) -> int:
    """Wait until everybody knows the latest revision of the route, and give it."""
    revision = journey.get(f"/tasks/{journey.task}/route")["revision"]
    eventually(lambda: ((known := resolver.route(journey.task)) and known.revision == revision) or None)
    eventually(lambda: journey.predict("where is my card")["revision"] == revision or None)
    return revision


def answers(ask: Callable[[str | None], Answer], units: Sequence[str | None]) -> dict[str | None, Answer]:
    with ThreadPoolExecutor(ASKING) as pool:
        return dict(zip(units, pool.map(ask, units), strict=True))


def shown(answered: Body) -> Answer:
    return answered["revision"], answered["version_id"]


def agreed(journey: Journey, resolver: Resolver, units: Sequence[str] = UNITS) -> Counter[str | None]:
    """Ask everybody about every unit; give how many units each version has, once all have said the same."""
    revision, task = settled(journey, resolver), journey.task

    def resolve(unit: str | None) -> Answer:
        found = resolver.resolve(task, unit)
        return found.revision, found.version_id

    asked = (None, *units)
    by_resolver = answers(resolve, asked)
    by_gateway = answers(lambda unit: shown(journey.get(f"/tasks/{task}/resolve", **_named(unit))), asked)
    by_predict = answers(lambda unit: shown(journey.predict("where is my card", **_named(unit))), asked)

    assert by_gateway == by_resolver
    assert by_predict == by_resolver
    assert {number for number, _ in by_resolver.values()} == {revision}
    assert by_resolver[None][1] == journey.get(f"/tasks/{task}/route")["champion_version_id"]
    return Counter(version_id for unit, (_, version_id) in by_resolver.items() if unit is not None)


def _named(unit: str | None) -> dict[str, Any]:
    return {} if unit is None else {"unit": unit}


def test_everybody_gives_a_unit_the_same_version(journey: Journey, tmp_path: Path) -> None:
    champion, candidate, other = versions(journey, 3)
    arms = [{"version_id": champion, "weight": 50}, {"version_id": candidate, "weight": 50}]
    patient = {"task": journey.task, "min_samples": 100_000}

    with open_resolver(journey, tmp_path) as resolver:
        alone = agreed(journey, resolver, UNITS[-FEW:])
        experiment = journey.post("/experiments", patient | {"arms": arms, "goal": "acceptance"})["id"]
        tested = agreed(journey, resolver)
        order = {"version_id": other, "steps": [30, 100], "interval_s": 3600}
        journey.post("/rollouts", patient | order)
        both = agreed(journey, resolver)
        journey.post(f"/experiments/{experiment}/stop", {"reason": "tried enough"})
        rolled = agreed(journey, resolver)
        journey.post(f"/tasks/{journey.task}/rollback", {"reason": "that was all"})
        back = agreed(journey, resolver, UNITS[-FEW:])

    assert alone == back == {champion: FEW}
    assert tested == {champion: about(500), candidate: about(500)}
    assert both == {champion: about(350), candidate: about(350), other: about(300)}
    assert rolled == {champion: about(700), other: about(300)}


def about(units: int) -> Any:
    """Give what so many of a thousand units may be by chance, but for one case in a million."""
    return pytest.approx(units, abs=80)
