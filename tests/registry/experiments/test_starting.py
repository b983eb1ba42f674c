"""Where experiments are started and refused: units are divided, and every refusal says why."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.service import Parts
from contracts.api.experiment import ExperimentStatus, NewExperiment
from contracts.api.task import NewTask
from contracts.api.version import Verdict
from contracts.commands.experiments import ListExperiments
from contracts.commands.tasks import CreateTask
from contracts.commands.versions import GetRoute, ListServing
from contracts.errors import (
    DomainError,
    GateNotPassed,
    InvalidInput,
    NothingServes,
    ReleaseUnderWay,
    UnknownExperiment,
    UnknownTask,
    UnknownVersion,
)
from contracts.events.phases import PhaseOpened
from contracts.events.release import ExperimentStarted
from tests.registry.experiments.contests import candidate_of, get, start, stop, versions
from tests.registry.rollouts import ramps
from tests.registry.scene import WORSE, register, route_of, said, tell, trained


async def test_arms_serve_in_their_shares_and_the_champion_is_the_control(registry: Parts) -> None:
    champion, candidate = await versions(registry)

    experiment = await start(registry, candidate, champion, name="try it")

    route = await route_of(registry)
    assert [(arm.version_id, arm.weight) for arm in route.arms] == [(candidate.id, 0.5), (champion.id, 0.5)]
    assert (route.phase, route.champion_version_id) == ("experiment", champion.id)
    assert [(arm.version_id, arm.role, arm.label) for arm in experiment.arms] == [
        (champion.id, "control", champion.label),
        (candidate.id, "treatment", candidate.label),
    ]
    assert (experiment.status, experiment.verdict) == (ExperimentStatus.RUNNING, Verdict.CONTINUE)
    assert experiment.missing == "100 more units an arm"
    assert experiment.started_by == "ada"


async def test_everybody_hears_of_an_experiment_and_its_phase(registry: Parts) -> None:
    champion, candidate = await versions(registry)

    experiment = await start(registry, champion, candidate, reason="spring sale")

    heard = await said(registry, count=5)
    (opened,), (started,) = [
        [each for each in heard if isinstance(each, kind)] for kind in (PhaseOpened, ExperimentStarted)
    ]
    ledger = await tell(registry, ListServing(task="tickets"))
    assert (opened.phase_id, opened.versions) == (experiment.phase_id, (champion.id, candidate.id))
    assert (started.experiment_id, started.version_ids) == (experiment.id, (champion.id, candidate.id))
    assert ledger.items[0].reason.startswith("spring sale: experiment ")
    assert "compares 1.0.1 (50 % of the units) with 1.0.0" in ledger.items[0].reason


async def test_without_the_champion_the_first_arm_is_the_control_and_the_champion_stays_the_champion(
    registry: Parts,
) -> None:
    champion, first, second = await versions(registry, 2)

    experiment = await start(registry, second, first)
    route = await route_of(registry)
    await stop(registry, experiment)

    assert experiment.arms[0].version_id == second.id
    assert route.champion_version_id == champion.id
    assert [arm.version_id for arm in (await route_of(registry)).arms] == [champion.id]


@pytest.mark.parametrize("total", [1, 100])
async def test_weights_may_be_shares_or_per_cent(registry: Parts, total: float) -> None:
    champion, candidate = await versions(registry)
    arms = [{"version_id": champion.id, "weight": 0.9 * total}, {"version_id": candidate.id, "weight": 0.1 * total}]

    await start(registry, arms=arms)

    assert [arm.weight for arm in (await route_of(registry)).arms] == pytest.approx([0.9, 0.1])


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "add up to 0.9": ({"arms": [{"version_id": "a", "weight": 0.5}, {"version_id": "b", "weight": 0.4}]}, "arms"),
    "more than one arm": ({"arms": [{"version_id": "a", "weight": 0.5}, {"version_id": "a", "weight": 0.5}]}, "arms"),
    "at least 2 items": ({"arms": [{"version_id": "a", "weight": 1}]}, "arms"),
    "should match pattern": ({"goal": "click rate; DROP"}, "goal.metric"),
    "finite number": (
        {"arms": [{"version_id": "a", "weight": float("nan")}, {"version_id": "b", "weight": 1}]},
        "arms",
    ),
    "greater than 0": ({"arms": [{"version_id": "a", "weight": 0}, {"version_id": "b", "weight": 1}]}, "arms"),
    "Extra inputs": ({"winner": "a"}, "winner"),
    "less than 0.5": ({"alpha": 0.5}, "alpha"),
}


@pytest.mark.parametrize("complaint", REFUSED)
def test_an_experiment_that_makes_no_sense_is_refused_naming_the_field(complaint: str) -> None:
    fields, place = REFUSED[complaint]
    fine = {"arms": [{"version_id": "a", "weight": 0.5}, {"version_id": "b", "weight": 0.5}], "goal": "accuracy"}

    with pytest.raises(ValidationError, match=complaint) as refusal:
        NewExperiment.model_validate({"task": "tickets"} | fine | fields)

    assert ".".join(map(str, refusal.value.errors()[0]["loc"])).startswith(place)


async def test_unknown_tasks_versions_and_experiments_are_named(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    await tell(registry, CreateTask(task=NewTask(key="other")))
    foreign = await register(registry, trained("other"))

    with pytest.raises(UnknownTask, match="no task 'nowhere'"):
        await start(registry, champion, candidate, task="nowhere")
    with pytest.raises(UnknownVersion, match="is one of task 'other', not of 'tickets'"):
        await start(registry, champion, foreign)
    with pytest.raises(UnknownVersion, match="no version 'nothing'"):
        await start(registry, champion, candidate.model_copy(update={"id": "nothing"}))
    with pytest.raises(UnknownTask):
        await start(registry, champion, candidate, tenant="globex")
    with pytest.raises(UnknownExperiment):
        await get(registry, "nothing")


async def test_where_nothing_serves_there_is_nothing_to_compare_with(registry: Parts) -> None:
    await tell(registry, CreateTask(task=NewTask(key="tickets")))
    first, second = [await register(registry, trained(auto_release=False)) for _ in range(2)]

    with pytest.raises(NothingServes, match="nothing to compare with"):
        await start(registry, first, second)


async def test_a_version_that_is_proven_worse_may_not_be_tried(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    worse = await candidate_of(registry, champion, WORSE)

    with pytest.raises(GateNotPassed, match="Worse: of 1,000 holdout rows"):
        await start(registry, champion, candidate, worse)
    assert (await route_of(registry)).phase == "serving"


async def test_a_share_that_no_unit_would_fall_on_is_refused(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    arms = [{"version_id": champion.id, "weight": 1 - 1e-9}, {"version_id": candidate.id, "weight": 1e-9}]

    with pytest.raises(InvalidInput, match=r"arms\.1\.weight: must be at least 0\.001% of all weights"):
        await start(registry, arms=arms)


async def test_of_experiments_started_at_once_only_one_is(registry: Parts) -> None:
    champion, candidate = await versions(registry)

    made = await asyncio.gather(*[start(registry, champion, candidate) for _ in range(8)], return_exceptions=True)

    (experiment,) = [each for each in made if not isinstance(each, DomainError)]
    refusals = [each for each in made if isinstance(each, ReleaseUnderWay)]
    assert len(refusals) == 7
    assert not isinstance(experiment, BaseException)
    assert experiment.id in str(refusals[0])


async def test_a_version_that_is_rolled_out_cannot_be_an_arm(registry: Parts) -> None:
    champion, candidate, other = await versions(registry, 2)
    rollout = await ramps.start(registry, candidate.id)

    with pytest.raises(ReleaseUnderWay, match=f"being rolled out by rollout {rollout.id}"):
        await start(registry, champion, candidate)
    assert (await start(registry, champion, other)).status is ExperimentStatus.RUNNING


async def test_an_arm_cannot_be_rolled_out_meanwhile(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    with pytest.raises(ReleaseUnderWay, match=experiment.id):
        await ramps.start(registry, candidate.id)


async def test_lists_can_be_narrowed_and_paged(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    for _ in range(3):
        await stop(registry, await start(registry, champion, candidate))
    running = await start(registry, champion, candidate)

    first = await tell(registry, ListExperiments(task="tickets", limit=3))
    rest = await tell(registry, ListExperiments(task="tickets", limit=3, cursor=first.next_cursor))
    open_ = await tell(registry, ListExperiments(status=ExperimentStatus.RUNNING))
    elsewhere = await tell(registry, ListExperiments(), "globex")

    assert [len(page.items) for page in (first, rest, elsewhere)] == [3, 1, 0]
    assert first.items[0].id == running.id
    assert [each.id for each in open_.items] == [running.id]
    with pytest.raises(InvalidInput, match="cursor"):
        await tell(registry, ListExperiments(cursor="🦆"))
    assert (await tell(registry, GetRoute(task="tickets"))).phase == "experiment"
