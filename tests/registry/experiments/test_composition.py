"""Where an experiment and a rollout of one task go on side by side: units stay where they are, and count once."""

import asyncio
from itertools import pairwise

from chassis.service import Parts
from contracts import routing
from contracts.api.experiment import ExperimentStatus
from contracts.api.rollout import RolloutAction
from contracts.api.route import Route
from contracts.events.phases import PhaseClosed, PhaseOpened
from registry.decisions import shares
from tests.registry.experiments.contests import BETTER as WINS
from tests.registry.experiments.contests import GOOD, ended, get, perform, start, until, versions
from tests.registry.rollouts import ramps
from tests.registry.scene import route_of, said

UNITS = [f"user-{number}" for number in range(2_000)]


def assigned(route: Route) -> dict[str, str]:
    found = {unit: routing.choose(route, unit) for unit in UNITS}
    return {unit: arm.version_id for unit, arm in found.items() if arm}


async def test_units_stay_with_their_arm_except_those_that_the_rollout_takes(registry: Parts) -> None:
    champion, candidate, rising = await versions(registry, 2)
    experiment = await start(registry, champion, candidate)
    before = [assigned(await route_of(registry))]

    rollout = await ramps.start(registry, rising.id, steps=(10, 30, 60), interval_s=3600)
    before.append(assigned(await route_of(registry)))
    for _ in range(2):
        await ramps.steer(registry, rollout.id, RolloutAction.ADVANCE)
        before.append(assigned(await route_of(registry)))

    for earlier, later in pairwise(before):
        assert {later[unit] for unit in UNITS if later[unit] != earlier[unit]} == {rising.id}
    assert (await get(registry, experiment.id)).phase_id == experiment.phase_id
    assert ramps.shares(await route_of(registry)) == {champion.id: 0.2, candidate.id: 0.2, rising.id: 0.6}


async def test_an_experiment_keeps_its_phase_while_the_rollout_opens_one_for_each_step(registry: Parts) -> None:
    champion, candidate, rising = await versions(registry, 2)
    experiment = await start(registry, champion, candidate)
    rollout = await ramps.start(registry, rising.id, steps=(10, 30, 60), interval_s=3600)
    await ramps.steer(registry, rollout.id, RolloutAction.ADVANCE)

    heard = await said(registry, count=11)
    opened = [each for each in heard if isinstance(each, PhaseOpened)]
    closed = [each.phase_id for each in heard if isinstance(each, PhaseClosed)]

    assert [each.phase_id == experiment.phase_id for each in opened] == [True, False, False]
    assert closed == [opened[1].phase_id]
    assert len({each.salt for each in opened}) == 1


async def test_every_unit_counts_in_at_most_one_arm_of_each_phase(registry: Parts) -> None:
    champion, candidate, rising = await versions(registry, 2)
    experiment = await start(registry, champion, candidate)
    rollout = await ramps.start(registry, rising.id, steps=(30, 100), interval_s=3600)

    route = await route_of(registry)
    heard = [each for each in await said(registry, count=8) if isinstance(each, PhaseOpened)]
    phases = {each.phase_id: each for each in heard}
    of_experiment, of_rollout = phases[experiment.phase_id], phases[str(rollout.phase_id)]

    assert of_experiment.versions == (champion.id, candidate.id)
    assert of_rollout.versions == (champion.id, rising.id)
    assert {each.version_id for each in of_experiment.segments} == {champion.id, candidate.id}
    # What an answer came from is what the unit was shown: one version, and of a phase's versions one at most.
    assert [(each.version_id, each.weight) for each in of_rollout.segments] == [
        (arm.version_id, arm.weight) for arm in route.arms
    ]
    assert sum(shares.of(of_experiment.segments, of_experiment.versions).values()) == 1


async def test_after_the_end_of_an_experiment_the_rollout_has_its_share_and_the_champion_the_rest(
    registry: Parts,
) -> None:
    champion, candidate, rising = await versions(registry, 2)
    experiment = await start(registry, champion, candidate)
    rollout = await ramps.start(registry, rising.id, steps=(20, 100), interval_s=3600)

    await perform(registry, experiment, GOOD, WINS)
    await until(registry, experiment.id, ended)

    assert ramps.shares(await route_of(registry)) == {champion.id: 0.8, rising.id: 0.2}
    assert (await ramps.get(registry, rollout.id)).ended_at is None


async def test_a_rollout_that_comes_to_its_end_ends_the_experiment(registry: Parts) -> None:
    champion, candidate, rising = await versions(registry, 2)
    experiment = await start(registry, champion, candidate, auto_ship=True)
    rollout = await ramps.start(registry, rising.id, steps=(50, 100), interval_s=0)
    await ramps.perform(registry, rollout, ramps.BETTER)
    await ramps.until(registry, rollout.id, lambda found: found.ended_at is not None)

    await perform(registry, experiment, GOOD, WINS)

    done = await until(registry, experiment.id, lambda found: found.restated is not None)
    assert (done.status, done.winner) == (ExperimentStatus.STOPPED, None)
    assert [arm.version_id for arm in (await route_of(registry)).arms] == [rising.id]


async def test_starting_an_experiment_and_a_rollout_at_once_divides_the_units_as_one_after_another(
    registry: Parts,
) -> None:
    champion, candidate, rising = await versions(registry, 2)

    experiment, _ = await asyncio.gather(
        start(registry, champion, candidate), ramps.start(registry, rising.id, steps=(20, 100), interval_s=3600)
    )

    assert ramps.shares(await route_of(registry)) == {champion.id: 0.4, candidate.id: 0.4, rising.id: 0.2}
    assert (await get(registry, experiment.id)).status is ExperimentStatus.RUNNING
