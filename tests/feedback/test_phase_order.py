"""Where it is tried that no order, lateness, duplicate or batch changes what a phase comes to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chassis.database import Database
from contracts.event import Event
from contracts.events.phases import PhaseClosed, PhaseOpened, VersionPerformance
from tests.feedback import dividing, recounting
from tests.feedback.dividing import HALVES, TENANTS, minute

Item = tuple[str, dict[str, Any]]
Happening = Item | Event
RAMP = (("v3", 0.25), ("v1", 0.25), ("v3", 0.25), ("v2", 0.25))
PHASES = {"experiment": (HALVES, "v1 v2"), "rollout": (RAMP, "v1 v3")}
WINDOW = timedelta(days=30)
AFTER_WINDOW = minute(6) + WINDOW
UNITS = [f"u{number}" for number in range(6)]

answers = some.fixed_dictionaries(
    {
        "task": some.just("tickets"),
        "occurred_at": some.integers(0, 5).map(lambda number: minute(number).isoformat()),
        "version_id": some.sampled_from([*["as assigned"] * 3, "v1", "v2", "v3", None]),
        "unit": some.sampled_from([*UNITS, None]),
    },
    optional={
        "latency_ms": some.integers(0, 10_000_000).map(lambda microseconds: microseconds / 1000),
        "confidence": some.sampled_from([0.0, 0.125, 0.9, 1.0]),
        "cost_usd": some.sampled_from([0.0, 0.000001, 0.25]),
        "error": some.just("it broke"),
        "output": some.sampled_from(["a", "b"]),
    },
)
opinions = some.fixed_dictionaries(
    {
        "task": some.just("tickets"),
        "occurred_at": some.sampled_from([minute(60), minute(61), minute(61), AFTER_WINDOW]).map(datetime.isoformat),
        "inference_id": some.integers(0, 2).map("i{}".format),
        "helpful": some.booleans(),
    },
    optional={
        "verdict": some.sampled_from(["positive", "negative"]),
        "score": some.floats(0, 1),
        "operation": some.sampled_from(["classification", "outcome"]),
        "correction": some.sampled_from(["a", "b"]),
        "used": some.booleans(),
        "source": some.sampled_from(["user", "expert"]),
    },
)


@some.composite
def histories(draw: some.DrawFn) -> tuple[list[Happening], list[list[Happening]]]:
    """Draw what happened in order, and one way in which it may be heard: shuffled, with duplicates, in batches."""
    items: list[Happening] = [
        *(("inference", served(each, f"i{n}")) for n, each in enumerate(draw(some.lists(answers, max_size=10)))),
        *(("feedback", each | {"key": f"k{n}"}) for n, each in enumerate(draw(some.lists(opinions, max_size=6)))),
    ]
    begins, ends = list[Happening](), list[Happening]()
    for phase_id, (segments, versions) in PHASES.items():
        since = draw(some.integers(0, 3))
        begins.append(dividing.opened(phase_id, since=since, segments=segments, versions=versions))
        if draw(some.booleans()):
            ends.append(dividing.closed(phase_id, until=draw(some.integers(since, 6))))
    happened = [*begins, *items, *ends]
    again = draw(some.lists(some.sampled_from(happened), max_size=4))
    told = draw(some.permutations([*happened, *again]))
    cuts = sorted(draw(some.lists(some.integers(0, len(told)), min_size=1, max_size=6)))
    return happened, [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]


def served(drawn: dict[str, Any], id: str) -> dict[str, Any]:
    version_id, unit = drawn["version_id"], drawn["unit"]
    if version_id == "as assigned":
        version_id = dividing.assigned(unit or "") if id < "i5" else dividing.assigned(unit or "", RAMP)
    return drawn | {"id": id, "version_id": version_id}


@given(histories())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_gives_the_same_performance_which_is_the_right_one(
    database: Database, history: tuple[list[Happening], list[list[Happening]]]
) -> None:
    happened, batches = history
    orderly, messy = next(TENANTS), next(TENANTS)

    for each in happened:
        await tell(database, orderly, [each])
    for batch in batches:
        await tell(database, messy, batch)

    for phase_id in PHASES:
        expected = plainly_counted(happened, phase_id)
        assert shape(await dividing.performance(database, orderly, phase_id)) == expected
        assert shape(await dividing.performance(database, messy, phase_id)) == expected


async def tell(database: Database, tenant: str, batch: Sequence[Happening]) -> None:
    items = [each for each in batch if isinstance(each, tuple)]
    if items:
        await dividing.report(database, tenant, *items)
    await dividing.hear(database, tenant, *(each for each in batch if not isinstance(each, tuple)))


def shape(said: VersionPerformance) -> dict[str, Any]:
    """Give what was said, with sums that need only be near each other."""
    arms = {
        arm.version_id: (
            arm.units,
            {
                name: (each.units, pytest.approx(each.total, abs=1e-6), pytest.approx(each.squares, rel=1e-6, abs=1e-4))
                for name, each in arm.metrics.items()
            },
            sum(arm.latencies.values()),
            arm.strayed,
        )
        for arm in said.arms
    }
    return {"strayed": said.strayed, "unitless": said.unitless, "arms": arms}


def plainly_counted(happened: Sequence[Happening], phase_id: str) -> dict[str, Any]:
    """Count what happened in the plainest way, from all that is known in the end."""
    segments, versions = PHASES[phase_id][0], PHASES[phase_id][1].split()
    counts, values = (
        {"strayed": 0, "unitless": 0},
        defaultdict[str, Any](lambda: defaultdict(lambda: defaultdict(list))),
    )
    strays = defaultdict[str, set[str]](set)
    for each in (each for each in _of_the_time(happened, phase_id) if each["version_id"] in versions):
        if each["unit"] is None:
            counts["unitless"] += 1
        elif (rightly := dividing.assigned(each["unit"], segments)) != each["version_id"]:
            counts["strayed"] += 1
            strays[rightly] |= {each["unit"]} if _is_settling(happened, phase_id, each) else set()
        else:
            for name, value in _values(happened, each):
                values[each["version_id"]][name][each["unit"]].append(value)
    return {**counts, "arms": {version: _arm(values[version], strays[version]) for version in versions}}


def _of_the_time(happened: Sequence[Happening], phase_id: str) -> list[dict[str, Any]]:
    begin = _beginning(happened, phase_id)
    ends = [each.until for each in happened if isinstance(each, PhaseClosed) and each.phase_id == phase_id]
    end = min([*ends, minute(99)])
    served = [item for noun, item in _items(happened) if noun == "inference"]
    return [each for each in served if begin.isoformat() <= each["occurred_at"] < end.isoformat()]


def _is_settling(happened: Sequence[Happening], phase_id: str, each: dict[str, Any]) -> bool:
    # All happens at whole minutes, so that a phase's first minute is its beginning alone.
    return each["occurred_at"] == _beginning(happened, phase_id).isoformat()


def _beginning(happened: Sequence[Happening], phase_id: str) -> datetime:
    (begin,) = (each.since for each in happened if isinstance(each, PhaseOpened) and each.phase_id == phase_id)
    return begin


def _items(happened: Sequence[Happening]) -> list[Item]:
    return [each for each in happened if isinstance(each, tuple)]


def _values(happened: Sequence[Happening], each: dict[str, Any]) -> list[tuple[str, float]]:
    said = [item for noun, item in _items(happened) if noun == "feedback"]
    stands = recounting.stand(
        [other for other in said if other["inference_id"] == each["id"]], {each["id"]: each}, WINDOW
    )
    return [*_of_answer(each), *(pair for other in stands for pair in _of_opinion(each, other))]


def _of_answer(each: dict[str, Any]) -> list[tuple[str, float]]:
    known = [(name, each[name]) for name in ("latency_ms", "confidence", "cost_usd") if name in each]
    return [("error_rate", float("error" in each)), *known]


def _of_opinion(about: dict[str, Any], said: dict[str, Any]) -> list[tuple[str, float]]:
    verdict, found = said.get("verdict"), [("helpful", float(said["helpful"]))]
    found += [(name, float(said[name])) for name in ("used", "score") if name in said]
    if "output" in about and said.get("correction") is not None:
        found.append(("accuracy", float(about["output"] == said["correction"])))
    elif verdict:
        found.append(("accuracy", float(verdict == "positive")))
    if verdict:
        found.append(("acceptance", float(verdict == "positive")))
    if said.get("operation") == "outcome" and (verdict or "score" in said):
        found.append(("success", said.get("score", float(verdict == "positive"))))
    return found


def _arm(values: dict[str, dict[str, list[float]]], strays: set[str]) -> tuple[int, dict[str, Any], int, int]:
    means = {name: [sum(each) / len(each) for each in of.values()] for name, of in values.items()}
    sums = {name: (len(of), sum(of), sum(mean * mean for mean in of)) for name, of in means.items()}
    answered = values.get("error_rate", {})
    return len(answered), sums, len(means.get("latency_ms", [])), len(strays - answered.keys())
