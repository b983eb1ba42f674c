"""Where a person sets the percentage: canaries, and promotions to a part of the units."""

import pytest

from chassis.service import Parts
from contracts.api.rollout import RolloutAction, RolloutStatus
from contracts.api.version import Promotion, Verdict
from contracts.commands.rollouts import ListRollouts
from contracts.commands.versions import PromoteVersion
from contracts.errors import GateNotPassed, NotReleasable, ReleaseUnderWay, Stale
from tests.registry.rollouts.ramps import (
    FAILING,
    GOOD,
    canary,
    candidate_of,
    champion_and_candidate,
    get,
    perform,
    shares,
    start,
    steer,
    until,
)
from tests.registry.scene import BETTER as PROVEN
from tests.registry.scene import route_of, tell


async def test_a_canary_goes_where_a_person_says(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)

    went = [shares(await canary(registry, candidate.id, percent))[candidate.id] for percent in (10, 25, 5)]
    (rollout,) = (await tell(registry, ListRollouts())).items

    assert went == [0.1, 0.25, 0.05]
    assert (rollout.is_canary, rollout.steps, rollout.next_step_at) == (True, (5,), None)
    history = (await get(registry, rollout.id)).history
    assert [(each.action, each.traffic_percent) for each in history] == [("started", 10), ("moved", 25), ("moved", 5)]


async def test_saying_the_same_percentage_again_changes_nothing(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)

    first = await canary(registry, candidate.id, 10)

    assert await canary(registry, candidate.id, 10) == first


async def test_a_canary_stays_until_a_person_says_otherwise(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    await canary(registry, candidate.id, 10)
    (rollout,) = (await tell(registry, ListRollouts())).items

    await perform(registry, rollout, GOOD)
    judged = await until(registry, rollout.id, lambda found: found.verdict is Verdict.SHIP)
    done = await steer(registry, rollout.id, RolloutAction.ADVANCE)

    assert (judged.status, judged.traffic_percent) == (RolloutStatus.RUNNING, 10)
    assert judged.missing == "a person: promote or abort, or set another percentage"
    assert done.status is RolloutStatus.COMPLETED
    assert shares(await route_of(registry)) == {candidate.id: 1}


async def test_a_guardrail_takes_a_canary_back(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    await canary(registry, candidate.id, 10)
    (rollout,) = (await tell(registry, ListRollouts())).items

    await perform(registry, rollout, FAILING)

    await until(registry, rollout.id, lambda found: found.status is RolloutStatus.ROLLED_BACK)
    assert shares(await route_of(registry)) == {champion.id: 1}


async def test_a_rollout_becomes_a_canary_when_a_person_sets_its_percentage(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)

    await canary(registry, candidate.id, 33)

    found = await get(registry, rollout.id)
    assert (found.is_canary, found.traffic_percent, found.status) == (True, 33, RolloutStatus.RUNNING)


async def test_a_canary_of_another_version_and_one_of_the_champion_are_refused(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    other = await candidate_of(registry, champion)
    await canary(registry, candidate.id, 10)

    with pytest.raises(ReleaseUnderWay, match="promote or abort it first"):
        await canary(registry, other.id, 10)
    with pytest.raises(NotReleasable, match="is the champion"):
        await canary(registry, champion.id, 10)


async def test_promoting_to_a_part_of_the_units_needs_the_gate(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    proven = await candidate_of(registry, champion, counts=PROVEN)
    half = Promotion(traffic_percent=50)

    with pytest.raises(GateNotPassed):
        await tell(registry, PromoteVersion(version_id=candidate.id, promotion=half))
    route = await tell(registry, PromoteVersion(version_id=proven.id, promotion=half))

    assert shares(route) == {proven.id: 0.5, champion.id: 0.5}
    assert route.champion_version_id == champion.id


async def test_a_canary_set_with_an_older_route_in_view_is_refused(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    seen = await route_of(registry)
    await canary(registry, candidate.id, 10, expected_revision=seen.revision)

    with pytest.raises(Stale):
        await canary(registry, candidate.id, 50, expected_revision=seen.revision)
