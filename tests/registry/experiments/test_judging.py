"""Where experiments are judged by evidence: a winner, harm, doubt, nothing found, and what comes late."""

import pytest

from chassis.service import Parts
from contracts.api.experiment import ExperimentStatus
from contracts.api.rollout import RolloutStatus
from contracts.api.version import Verdict
from contracts.commands.rollouts import ListRollouts
from contracts.commands.versions import ListServing
from contracts.events.phases import PhaseClosed
from contracts.events.release import ExperimentConcluded, ModelPromoted
from tests.registry.experiments.contests import (
    BETTER,
    FAILING,
    GOOD,
    WORSE,
    ended,
    get,
    judged,
    perform,
    start,
    until,
    versions,
)
from tests.registry.rollouts import ramps
from tests.registry.scene import promote, registered, route_of, said, tell


async def test_a_winner_is_recommended_and_the_champion_gets_all_units_back(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    await perform(registry, experiment, GOOD, BETTER)

    done = await until(registry, experiment.id, ended)
    assert (done.status, done.verdict, done.winner) == (ExperimentStatus.CONCLUDED, Verdict.SHIP, candidate.id)
    assert done.recommendation == f"Promote {candidate.label}: ratchet model promote {candidate.id}"
    assert done.reasons[0].startswith(f"{candidate.label}: Better: accuracy 0.9 against 0.8 on 2,000 and 2,000 units")
    assert 0.95 < done.confidence <= 1
    assert [arm.version_id for arm in (await route_of(registry)).arms] == [champion.id]
    heard = await said(registry, count=7)
    assert [type(each) for each in heard[-2:]] == [ExperimentConcluded, PhaseClosed]


async def test_a_winner_that_the_holdout_did_not_prove_can_be_promoted_by_hand(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)
    await perform(registry, experiment, GOOD, BETTER)
    await until(registry, experiment.id, ended)

    route = await promote(registry, candidate.id)

    assert route.champion_version_id == candidate.id


async def test_a_winner_is_promoted_by_itself_where_that_is_asked_for(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate, auto_ship=True, name="greeting")

    await perform(registry, experiment, GOOD, BETTER)

    await until(registry, experiment.id, ended)
    route, ledger = await route_of(registry), await tell(registry, ListServing(task="tickets"))
    assert (route.champion_version_id, len(route.arms)) == (candidate.id, 1)
    assert (ledger.items[0].actor, ledger.items[0].reason[:30]) == ("ratchet", "won experiment greeting: 1.0.1")
    assert [each.version_id for each in await said(registry, count=8) if isinstance(each, ModelPromoted)] == [
        champion.id,
        candidate.id,
    ]
    assert (await registered(registry, candidate.id)).status == "active"


async def test_a_winner_is_rolled_out_in_steps_where_that_is_asked_for(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    following = {"steps": [30, 100], "interval_s": 3600}
    experiment = await start(registry, champion, candidate, auto_ship=True, rollout=following, min_samples=150)

    await perform(registry, experiment, GOOD, BETTER)

    await until(registry, experiment.id, ended)
    (rollout,) = (await tell(registry, ListRollouts())).items
    route = await route_of(registry)
    assert (rollout.version_id, rollout.steps, rollout.interval_s) == (candidate.id, (30, 100), 3600)
    assert (rollout.status, rollout.terms.min_samples, rollout.terms.goal) == (RolloutStatus.RUNNING, 150, None)
    assert (route.phase, route.champion_version_id) == ("rollout", champion.id)
    assert [each.weight for each in route.arms] == pytest.approx([0.3, 0.7])


async def test_a_winner_does_not_replace_a_champion_it_was_not_compared_with(registry: Parts) -> None:
    champion, first, second = await versions(registry, 2)
    experiment = await start(registry, first, second, auto_ship=True)

    await perform(registry, experiment, GOOD, BETTER)

    done = await until(registry, experiment.id, ended)
    assert (done.verdict, done.winner) == (Verdict.SHIP, second.id)
    assert "was not compared with the version that is the champion now" in done.reasons[-1]
    assert (await route_of(registry)).champion_version_id == champion.id


async def test_harm_ends_it_although_the_goal_is_met_and_names_the_arm(registry: Parts) -> None:
    champion, better, failing = await versions(registry, 2)
    experiment = await start(registry, champion, better, failing, auto_ship=True)

    await perform(registry, experiment, GOOD, BETTER, FAILING)

    done = await until(registry, experiment.id, ended)
    assert (done.verdict, done.winner) == (Verdict.ROLLBACK, None)
    assert done.reasons[0].startswith(f"{failing.label}: Worse: error_rate 0.3001 against 0.02")
    assert done.recommendation.startswith(f"Keep {champion.label}")
    assert [arm.version_id for arm in (await route_of(registry)).arms] == [champion.id]


async def test_of_several_that_are_better_the_best_wins(registry: Parts) -> None:
    champion, good, best, worse = await versions(registry, 3)
    experiment = await start(registry, champion, good, best, worse)

    await perform(registry, experiment, GOOD, BETTER, {"accuracy": 0.95}, WORSE)

    done = await until(registry, experiment.id, ended)
    assert (done.verdict, done.winner) == (Verdict.SHIP, best.id)


async def test_all_treatments_proven_worse_end_it_and_one_of_two_does_not(registry: Parts) -> None:
    champion, first, second = await versions(registry, 2)
    experiment = await start(registry, champion, first, second)

    await perform(registry, experiment, GOOD, WORSE, GOOD, units=3_000)
    open_ = await judged(registry, experiment)
    await perform(registry, experiment, GOOD, WORSE, WORSE, units=6_000)
    done = await until(registry, experiment.id, ended)

    assert (open_.status, open_.verdict) == (ExperimentStatus.RUNNING, Verdict.CONTINUE)
    assert (done.verdict, done.winner) == (Verdict.ROLLBACK, None)


async def test_a_signal_is_told_and_it_goes_on(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate, guardrails=[], signals=["error_rate"])

    await perform(registry, experiment, GOOD, FAILING)

    told = await judged(registry, experiment)
    assert (told.status, told.verdict) == (ExperimentStatus.RUNNING, Verdict.INCONCLUSIVE)
    assert told.recommendation.startswith("Decide whether that matters")


async def test_units_that_arrive_unevenly_never_ship(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate, auto_ship=True)
    lopsided = experiment.arms[0].model_copy(update={"weight": 0.3}), experiment.arms[1]

    await perform(registry, experiment.model_copy(update={"arms": lopsided}), GOOD, BETTER)

    told = await judged(registry, experiment)
    assert (told.status, told.verdict) == (ExperimentStatus.RUNNING, Verdict.INCONCLUSIVE)
    assert told.srm is not None
    assert told.srm.mismatch
    assert "1,200 instead of 1,600 and 2,000 instead of 1,600" in told.reasons[0]
    assert "find out where units get lost" in told.recommendation


async def test_nothing_found_within_the_planned_units_recommends_to_stop_but_goes_on(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate, max_samples=4_000)

    await perform(registry, experiment, GOOD, GOOD, units=4_000)

    told = await judged(registry, experiment)
    assert (told.status, told.verdict) == (ExperimentStatus.RUNNING, Verdict.INCONCLUSIVE)
    assert told.missing == "a larger difference, or many more than 4,000 units"
    assert told.recommendation.startswith("Stop the experiment")
    assert told.confidence < 0.5


async def test_each_arm_is_told_with_its_numbers(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    await perform(registry, experiment, GOOD, {"accuracy": 0.82}, units=1_000)

    control, treatment = (await judged(registry, experiment)).arms
    assert (control.n, control.mean, treatment.mean) == (500, 0.8, 0.82)
    assert control.interval
    assert control.interval[0] < 0.8 < control.interval[1]
    gain = treatment.metrics["accuracy"]
    assert gain.gain == pytest.approx(0.02)
    assert gain.gain_interval
    assert gain.gain_interval[0] < 0 < gain.gain_interval[1]
    assert treatment.metrics["error_rate"].n == 500


async def test_what_is_said_twice_or_out_of_order_or_of_no_phase_changes_nothing(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)

    await perform(registry, experiment, GOOD, GOOD, units=1_000, number=9)
    told = await judged(registry, experiment)
    await perform(registry, experiment, GOOD, WORSE, units=4_000, number=9)
    await perform(registry, experiment, GOOD, WORSE, units=4_000, number=8)
    await perform(registry, experiment, GOOD, WORSE, units=4_000, number=10, phase_id="nothing")
    await perform(registry, experiment, GOOD, GOOD, units=1_200, number=11)

    later = await until(registry, experiment.id, lambda found: found.arms[0].n == 600)
    assert (later.status, later.verdict) == (told.status, told.verdict)


async def test_what_comes_late_restates_the_result(registry: Parts) -> None:
    champion, candidate = await versions(registry)
    experiment = await start(registry, champion, candidate)
    await perform(registry, experiment, GOOD, BETTER)
    done = await until(registry, experiment.id, ended)

    await perform(registry, experiment, GOOD, BETTER, units=4_200)
    same = await until(registry, experiment.id, lambda found: found.restated is not None)
    await perform(registry, experiment, GOOD, WORSE, units=5_000)
    other = await until(registry, experiment.id, lambda found: found.restated != same.restated)

    assert same.restated
    assert (same.restated.verdict, same.restated.changed) == ("ship", False)
    assert other.restated
    assert (other.restated.verdict, other.restated.changed, other.verdict) == ("rollback", True, done.verdict)
    assert other.recommendation.startswith("Look again: what came late says rollback.")
    with pytest.raises(Exception, match="may not serve"):
        await promote(registry, candidate.id)


async def test_a_winner_is_only_recommended_while_another_rollout_is_open(registry: Parts) -> None:
    champion, candidate, other = await versions(registry, 2)
    rollout = await ramps.start(registry, other.id, interval_s=3600)
    experiment = await start(registry, champion, candidate, auto_ship=True, rollout={"steps": [50, 100]})

    await perform(registry, experiment, GOOD, BETTER)

    done = await until(registry, experiment.id, ended)
    assert "another rollout is open" in done.reasons[-1]
    assert (await get(registry, experiment.id)).winner == candidate.id
    assert ramps.shares(await route_of(registry)) == {champion.id: 0.9, rollout.version_id: 0.1}
