"""Where it is tried what counts in a phase, and for whom."""

import math

import pytest

from chassis.database import EVERY_TENANT, Database
from feedback.metrics import latency
from feedback.phases import reporting
from feedback.store import phases as stored
from feedback.store.phases import PhaseKey
from tests.feedback.dividing import (
    TENANTS,
    answer,
    assigned,
    closed,
    hear,
    opened,
    opinion,
    performance,
    report,
)

RAMP = (("v3", 0.25), ("v1", 0.25), ("v3", 0.25), ("v2", 0.25))


@pytest.fixture
def tenant() -> str:
    return next(TENANTS)


async def test_a_unit_counts_once_with_the_mean_of_its_answers(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    slow = [answer(f"i{number}", "ada", latency_ms=latency_ms) for number, latency_ms in enumerate((10, 30))]
    await report(database, tenant, *slow, answer("i9", "ada", error="it broke"))

    said = await performance(database, tenant)

    (arm,) = (arm for arm in said.arms if arm.version_id == assigned("ada"))
    assert arm.units == 1
    assert (arm.metrics["latency_ms"].total, arm.metrics["latency_ms"].squares) == (20, 400)
    assert arm.metrics["error_rate"].total == pytest.approx(1 / 3)
    assert arm.latencies == {latency.bucket(20): 1}


async def test_a_phase_without_answers_has_all_its_arms(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())

    said = await performance(database, tenant)

    assert [(arm.version_id, arm.units, arm.metrics) for arm in said.arms] == [("v1", 0, {}), ("v2", 0, {})]


async def test_answers_of_another_version_than_assigned_stray_and_those_without_a_unit_are_counted_apart(
    database: Database, tenant: str
) -> None:
    await hear(database, tenant, opened())
    other = "v2" if assigned("ada") == "v1" else "v1"
    await report(
        database,
        tenant,
        answer("i1", "ada", version_id=other, at=0.9),
        answer("i2", None),
        answer("i3", None, version_id="v9"),
        answer("i4", "ada", version_id="v9"),
        answer("i5", "ada", version_id=None),
    )
    await report(database, tenant, opinion("k1", "i1", helpful=True))

    said = await performance(database, tenant)

    assert (said.strayed, said.unitless) == (1, 1)
    assert [(arm.units, arm.metrics) for arm in said.arms] == [(0, {}), (0, {})]
    assert {arm.version_id: arm.strayed for arm in said.arms} == {assigned("ada"): 1, other: 0}


async def test_a_unit_that_strayed_first_and_was_answered_rightly_then_is_one_unit(
    database: Database, tenant: str
) -> None:
    await hear(database, tenant, opened())
    other = "v2" if assigned("ada") == "v1" else "v1"

    await report(database, tenant, answer("i1", "ada", version_id=other, at=0), answer("i2", "ada"))

    said = await performance(database, tenant)
    assert {arm.version_id: (arm.units, arm.strayed) for arm in said.arms} == {assigned("ada"): (1, 0), other: (0, 0)}


async def test_a_unit_that_strays_when_the_route_is_known_everywhere_is_missed_in_its_arm(
    database: Database, tenant: str
) -> None:
    await hear(database, tenant, opened())
    other = "v2" if assigned("ada") == "v1" else "v1"

    await report(database, tenant, answer("i1", "ada", version_id=other, at=1))

    said = await performance(database, tenant)
    assert (said.strayed, sum(arm.strayed for arm in said.arms)) == (1, 0)


async def test_an_opinion_counts_when_it_comes_after_the_phase_is_over(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    await report(database, tenant, answer("i1", "ada", output="billing"))
    await hear(database, tenant, closed(until=2))
    await say(database, tenant)
    assert not await due(database, tenant)

    doubted = opinion("k2", "i1", verdict="negative", source="expert")
    await report(database, tenant, opinion("k1", "i1", correction="billing"), doubted)

    said = await performance(database, tenant)
    assert said.number == 2
    (arm,) = (arm for arm in said.arms if arm.units)
    assert {name: each.total for name, each in arm.metrics.items()} == {
        "error_rate": 0,
        "accuracy": 0.5,
        "acceptance": 0,
    }


async def test_an_opinion_before_its_answer_counts_once_that_came(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    await report(database, tenant, opinion("k1", "i1", used=True))

    await report(database, tenant, answer("i1", "ada"))

    assert [arm.metrics["used"].total for arm in (await performance(database, tenant)).arms if arm.units] == [1]


async def test_an_answer_at_the_end_of_a_phase_is_outside_and_one_at_its_beginning_inside(
    database: Database, tenant: str
) -> None:
    units = ["ada", "bob", "eve"]
    await hear(database, tenant, opened(since=1))
    await report(database, tenant, *(answer(f"i{at}", unit, at=at) for at, unit in enumerate(units)))

    await hear(database, tenant, closed(until=2))

    assert sum(arm.units for arm in (await performance(database, tenant)).arms) == 1


async def test_what_was_stored_before_a_phase_was_heard_of_counts_too(database: Database, tenant: str) -> None:
    await report(database, tenant, answer("i1", "ada"), answer("i0", "bob", at=-1), opinion("k1", "i1", used=True))

    await hear(database, tenant, opened(), opened())

    said = await performance(database, tenant)
    assert sum(arm.units for arm in said.arms) == 1
    assert [arm.metrics["used"].units for arm in said.arms if arm.units] == [1]


async def test_the_end_may_be_heard_before_the_beginning(database: Database, tenant: str) -> None:
    await report(database, tenant, answer("i1", "ada", at=1), answer("i2", "bob", at=3))
    await hear(database, tenant, closed(until=2))
    assert not await due(database, tenant)

    await hear(database, tenant, opened())

    assert sum(arm.units for arm in (await performance(database, tenant)).arms) == 1


async def test_a_rollout_and_an_experiment_count_the_same_units_each_for_itself(
    database: Database, tenant: str
) -> None:
    units = [f"unit-{number}" for number in range(400)]
    served = [answer(f"i{unit}", unit, version_id=assigned(unit, RAMP)) for unit in units]
    await hear(database, tenant, opened("experiment"), opened("rollout", segments=RAMP, versions="v1 v3"))

    await report(database, tenant, *served)

    experiment = await performance(database, tenant, "experiment")
    rollout = await performance(database, tenant, "rollout")
    by_version = {version: sum(assigned(unit, RAMP) == version for unit in units) for version in ("v1", "v2", "v3")}
    assert {arm.version_id: arm.units for arm in rollout.arms} == {each: by_version[each] for each in ("v1", "v3")}
    assert {arm.version_id: arm.units for arm in experiment.arms} == {each: by_version[each] for each in ("v1", "v2")}
    assert (experiment.strayed, rollout.strayed) == (0, 0)


async def test_tenants_with_phases_of_the_same_name_are_counted_apart(database: Database, tenant: str) -> None:
    other = next(TENANTS)
    await hear(database, tenant, opened())
    await hear(database, other, opened())

    await report(database, tenant, answer("i1", "ada"))

    assert sum(arm.units for arm in (await performance(database, tenant)).arms) == 1
    assert sum(arm.units for arm in (await performance(database, other)).arms) == 0


async def test_outcomes_of_ones_own_are_metrics_by_their_names(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    await report(database, tenant, answer("i1", "ada"))
    values = {"user": -1e12, "expert": 1e12, "automated": 12.000000001}
    sold = [
        opinion(f"k{each}", "i1", metric="basket-value", source=each, value=value) for each, value in values.items()
    ]
    await report(database, tenant, *sold, opinion("k1", "i1", operation="outcome", score=0.25, verdict="positive"))

    (arm,) = (arm for arm in (await performance(database, tenant)).arms if arm.units)

    assert arm.metrics["basket-value"].total == pytest.approx(4.000000000333, abs=1e-10)
    assert (arm.metrics["success"].total, arm.metrics["score"].total) == (0.25, 0.25)


async def test_performances_are_numbered_and_said_only_if_something_is_new(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    await say(database, tenant)
    await say(database, tenant)
    await report(database, tenant, answer("i1", "ada"))
    await report(database, tenant, answer("i1", "ada"))

    said = await performance(database, tenant)

    assert said.number == 2
    assert sum(arm.units for arm in said.arms) == 1


async def test_a_phase_is_reported_by_one_replica_at_a_time(database: Database, tenant: str) -> None:
    await hear(database, tenant, opened())
    key = PhaseKey(tenant, "p1")

    async with database.transaction(tenant) as one, database.transaction(tenant) as other:
        claims = [await stored.claim(one, key), await stored.claim(other, key)]

    assert claims == [True, False]


async def test_units_of_any_text_are_counted(database: Database, tenant: str) -> None:
    units = ["", " ", "ünïcödé 🎫", "x" * 200, "'; DROP TABLE exposures --", ":"]
    await hear(database, tenant, opened())

    await report(database, tenant, *(answer(f"i{number}", unit) for number, unit in enumerate(units)))

    assert sum(arm.units for arm in (await performance(database, tenant)).arms) == len(units)


async def test_the_bucket_of_a_latency_is_that_of_the_metrics(database: Database, tenant: str) -> None:
    latencies = [0, 0.0004, 0.001, 0.37, 1, 1.02, 250.25, 86_400_000]
    await hear(database, tenant, opened(segments=(("v1", 1.0),), versions="v1"))
    served = [answer(f"i{at}", f"u{at}", version_id="v1", latency_ms=each) for at, each in enumerate(latencies)]

    await report(database, tenant, *served)

    (arm,) = (await performance(database, tenant)).arms
    expected = [latency.bucket(round(each * 1000) / 1000) for each in latencies]
    assert arm.latencies == {bucket: expected.count(bucket) for bucket in expected}
    assert math.isclose(arm.metrics["latency_ms"].total, sum(latencies), rel_tol=1e-9)


async def say(database: Database, tenant: str) -> None:
    while await due(database, tenant):
        async with database.transaction(EVERY_TENANT) as tx:
            await tx.execute("UPDATE phases SET due_at = '-infinity'")
        await reporting.report(database)


async def due(database: Database, tenant: str) -> bool:
    async with database.transaction(tenant) as tx:
        return bool(await tx.fetchval("SELECT count(*) FROM phases WHERE changed > reported AND since <> 'infinity'"))
