"""Where people end experiments: with a winner that may take over, with none, too late, or with an old page in view."""

import asyncio

import pytest

from chassis.service import Parts
from contracts.api.experiment import Experiment, ExperimentStatus
from contracts.api.version import Verdict
from contracts.errors import DomainError, ExperimentEnded, GateNotPassed, InvalidInput, Stale
from contracts.events.release import ExperimentConcluded
from tests.registry.experiments.contests import (
    BETTER,
    GOOD,
    candidate_of,
    ended,
    get,
    judged,
    perform,
    start,
    stop,
    until,
    versions,
)
from tests.registry.scene import BETTER as PROVEN
from tests.registry.scene import promote, roll_back, route_of, said


async def test_without_a_winner_the_champion_serves_all_units(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    done = await stop(registry, experiment, reason="enough of that")

    assert (done.status, done.verdict, done.winner) == (ExperimentStatus.STOPPED, Verdict.INCONCLUSIVE, None)
    assert done.reasons == ("enough of that", f"{candidate.label}: 0 of at least 100 units an arm.")
    assert ((route := await route_of(registry)).phase, len(route.arms)) == ("serving", 1)
    (told,) = [each for each in await said(registry, count=6) if isinstance(each, ExperimentConcluded)]
    assert (told.experiment_id, told.winner) == (experiment.id, None)


async def test_a_winner_that_passed_the_gate_becomes_the_champion(registry: Parts) -> None:
    champion, _ = await versions(registry)
    proven = await candidate_of(registry, champion, PROVEN)
    experiment = await start(registry, champion, proven)

    done = await stop(registry, experiment, winner=proven.id)

    assert done.winner == proven.id
    assert (await route_of(registry)).champion_version_id == proven.id


async def test_a_winner_that_nothing_speaks_for_does_not_become_the_champion(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)
    await perform(registry, experiment, GOOD, GOOD, units=1_000)
    await judged(registry, experiment)

    with pytest.raises(GateNotPassed, match=r"Not proven better: .*The experiment has not found it better either: "):
        await stop(registry, experiment, winner=candidate.id)

    assert (await get(registry, experiment.id)).status is ExperimentStatus.RUNNING


async def test_the_champion_may_be_named_the_winner(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    assert (await stop(registry, experiment, winner=champion.id)).winner == champion.id
    assert (await route_of(registry)).champion_version_id == champion.id


async def test_what_comes_late_is_held_against_the_evidence_of_the_end_not_against_whom_a_person_chose(
    registry: Parts,
) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)
    await perform(registry, experiment, GOOD, GOOD)
    await judged(registry, experiment)
    await stop(registry, experiment, winner=champion.id)

    await perform(registry, experiment, GOOD, GOOD, units=4_200)
    same = await until(registry, experiment.id, lambda found: found.restated is not None)
    await perform(registry, experiment, GOOD, BETTER, units=5_000)
    other = await until(registry, experiment.id, lambda found: found.restated != same.restated)

    assert same.restated
    assert (same.restated.verdict, same.restated.changed) == ("inconclusive", False)
    assert same.recommendation == f"Nothing: {champion.label} was chosen."
    assert other.restated
    assert (other.restated.verdict, other.restated.changed) == ("ship", True)
    assert other.recommendation.startswith("Look again: what came late says ship.")


async def test_a_winner_has_to_be_an_arm(registry: Parts) -> None:
    champion, candidate, other = await versions(registry, 2)
    experiment = await start(registry, champion, candidate)

    with pytest.raises(InvalidInput, match=f"winner: is not an arm .*{champion.label} .{champion.id}"):
        await stop(registry, experiment, winner=other.id)
    with pytest.raises(InvalidInput, match="winner"):
        await stop(registry, experiment, winner="nothing")


async def test_what_has_ended_cannot_be_stopped(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)
    await perform(registry, experiment, GOOD, BETTER)
    await until(registry, experiment.id, ended)

    with pytest.raises(ExperimentEnded, match=r"concluded at .* UTC with verdict ship"):
        await stop(registry, experiment)


async def test_an_order_with_an_older_revision_in_view_is_refused(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate, max_samples=1_000)
    await perform(registry, experiment, GOOD, GOOD, units=2_000)
    seen = await judged(registry, experiment)

    with pytest.raises(Stale, match=f"has revision {seen.revision} by now, not {experiment.revision}"):
        await stop(registry, experiment, expected=experiment.revision)
    assert (await stop(registry, experiment, expected=seen.revision)).status is ExperimentStatus.STOPPED


async def test_of_many_who_stop_it_at_once_only_one_does(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    made = await asyncio.gather(*[stop(registry, experiment) for _ in range(6)], return_exceptions=True)

    assert len([each for each in made if isinstance(each, Experiment)]) == 1
    assert all(isinstance(each, ExperimentEnded) for each in made if isinstance(each, DomainError))


async def test_promoting_or_rolling_back_ends_it(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    proven = await candidate_of(registry, champion, PROVEN)
    first = await start(registry, champion, candidate)
    await promote(registry, proven.id, "it is time")
    second = await start(registry, proven, candidate)
    await roll_back(registry)

    found = [await get(registry, each.id) for each in (first, second)]

    assert [each.status for each in found] == [ExperimentStatus.STOPPED] * 2
    assert "it is time" in found[0].reasons[0]
    assert [arm.version_id for arm in (await route_of(registry)).arms] == [proven.id]
