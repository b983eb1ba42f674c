"""Where rollouts are judged by evidence: up step by step, held where something is missing, and back by themselves."""

import asyncio
from collections.abc import Callable
from functools import partial

from chassis.service import Parts
from contracts.api.rollout import Rollout, RolloutAction, RolloutStatus
from contracts.api.version import Verdict, VersionStatus
from contracts.events.phases import PhaseClosed, PhaseOpened
from contracts.events.release import ModelPromoted, RolloutChanged
from contracts.service import Service
from registry.app import running
from registry.rollouts import judging
from registry.settings import Settings
from tests.registry.rollouts.ramps import (
    BETTER,
    FAILING,
    GOOD,
    SLOW,
    champion_and_candidate,
    get,
    let_an_hour_pass,
    perform,
    shares,
    start,
    steer,
    until,
)
from tests.registry.scene import registered, route_of, said


async def test_good_evidence_takes_a_candidate_to_all_units_step_by_step(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    rollout, went = await start(registry, candidate.id, goal="accuracy"), list[float]()

    while rollout.status is RolloutStatus.RUNNING:
        assert shares(await route_of(registry))[candidate.id] == rollout.traffic_percent / 100
        went.append(rollout.traffic_percent)
        await perform(registry, rollout, BETTER)
        rollout = await until(registry, rollout.id, partial(_went_on, rollout))

    assert went == [10, 25, 50]
    assert (rollout.status, rollout.verdict, rollout.traffic_percent) == (RolloutStatus.COMPLETED, Verdict.SHIP, 100)
    assert "Better: accuracy 0.95 against 0.8" in rollout.reasons[0]
    assert [entry.action for entry in rollout.history] == ["started", "advanced", "advanced", "completed"]
    assert rollout.history[1].evidence["arms"][0]["units"] == 3_600
    assert shares(await route_of(registry)) == {candidate.id: 1}
    assert (await registered(registry, champion.id)).status is VersionStatus.DEPRECATED


def _went_on(before: Rollout, found: Rollout) -> bool:
    return found.step > before.step or found.ended_at is not None


async def test_everybody_hears_of_each_phase_and_each_move(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, steps=(10, 100))
    await perform(registry, rollout, GOOD)

    heard = await said(registry, count=8)

    moves = [(each.action, each.status) for each in heard if isinstance(each, RolloutChanged)]
    assert moves == [("started", RolloutStatus.RUNNING), ("completed", RolloutStatus.COMPLETED)]
    opened, closed = [[each for each in heard if isinstance(each, kind)] for kind in (PhaseOpened, PhaseClosed)]
    assert ([each.phase_id for each in opened], [each.phase_id for each in closed]) == ([rollout.phase_id],) * 2
    assert [each.version_id for each in heard if isinstance(each, ModelPromoted)][-1] == candidate.id


async def test_bad_evidence_takes_the_candidate_off_at_once(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)

    await perform(registry, rollout, FAILING)
    ended = await until(registry, rollout.id, lambda found: found.ended_at is not None)

    assert (ended.status, ended.verdict, ended.traffic_percent) == (RolloutStatus.ROLLED_BACK, Verdict.ROLLBACK, 0)
    assert ended.reasons[0].startswith("Worse: error_rate 0.3 against 0.02 on 400 and 3,600 units")
    assert (ended.history[-1].actor, ended.history[-1].action) == ("ratchet", "rolled_back")
    route = await route_of(registry)
    assert (route.phase, shares(route), route.champion_version_id) == ("serving", {champion.id: 1}, champion.id)


async def test_a_signal_pauses_and_says_what_is_missing(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, signals=[{"metric": "latency_ms", "margin": 0.1}])

    await perform(registry, rollout, SLOW)
    paused = await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    assert (paused.verdict, paused.missing) == (Verdict.INCONCLUSIVE, "a person who says whether that matters")
    assert shares(await route_of(registry))[candidate.id] == 0.1


async def test_what_a_person_let_pass_does_not_pause_the_same_step_again(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    signals = [{"metric": "latency_ms", "margin": 0.1}]
    rollout = await start(registry, candidate.id, signals=signals, steps=(10, 50), interval_s=0)
    await perform(registry, rollout, SLOW)
    await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    await steer(registry, rollout.id, RolloutAction.RESUME, reason="it is a larger model")
    later = await until(registry, rollout.id, lambda found: found.step == 1)
    await perform(registry, later, SLOW)
    again = await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    actions = [entry.action for entry in again.history]
    assert actions == ["started", "paused", "resumed", "advanced", "paused"]
    assert again.history[2].evidence == {"accepted": ["latency_ms"]}


async def test_units_that_do_not_arrive_in_their_shares_pause(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    skewed = rollout.model_copy(
        update={"arms": tuple(each.model_copy(update={"weight": 0.5}) for each in rollout.arms)}
    )

    await perform(registry, skewed, GOOD)
    paused = await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    assert paused.srm
    assert paused.srm.mismatch
    assert "shares of the route" in paused.reasons[0]


async def test_a_rollout_that_is_paused_is_still_taken_back_by_a_guardrail(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    await steer(registry, rollout.id, RolloutAction.PAUSE, reason="lunch")

    await perform(registry, rollout, GOOD)
    await until(registry, rollout.id, lambda found: "not found worse" in found.reasons[0])
    assert (await get(registry, rollout.id)).traffic_percent == 10
    await perform(registry, rollout, FAILING)

    await until(registry, rollout.id, lambda found: found.status is RolloutStatus.ROLLED_BACK)
    assert shares(await route_of(registry)) == {champion.id: 1}


async def test_too_few_units_wait_and_answers_without_units_are_told(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)

    await perform(registry, rollout, BETTER, units=500, unitless=312)
    told = await until(registry, rollout.id, lambda found: found.arms[0].units > 0 and "312" in found.reasons[-1])

    assert (told.step, told.missing) == (0, "50 more units on the arm with fewest")
    assert told.reasons[-1].startswith("312 answers came without a unit: those are served by the champion")


async def test_a_step_lasts_as_long_as_its_interval(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)

    await perform(registry, rollout, GOOD)
    waiting = await until(registry, rollout.id, lambda found: found.missing == "the end of the step's time")
    await let_an_hour_pass(registry)
    later = await until(registry, rollout.id, lambda found: found.step == 1)

    assert waiting.next_step_at
    assert (waiting.next_step_at - rollout.step_since).total_seconds() == 3_600
    assert later.missing == "100 more units on the arm with fewest" or not later.missing


async def test_a_goal_that_stays_open_pauses_before_all_units_and_says_what_is_missing(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, goal="accuracy", steps=(50, 100), max_samples=4_000)

    await perform(registry, rollout, GOOD, units=4_000)
    paused = await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    assert paused.verdict is Verdict.INCONCLUSIVE
    assert "a larger difference" in paused.missing


async def test_steps_that_end_below_all_units_hold_at_the_last(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, steps=(50,))

    await perform(registry, rollout, GOOD)
    held = await until(registry, rollout.id, lambda found: found.status is RolloutStatus.PAUSED)

    assert (held.verdict, held.missing, held.traffic_percent) == (Verdict.SHIP, "a person: promote or abort", 50)


async def test_judging_twice_at_once_takes_one_step(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    await perform(registry, rollout, GOOD)

    async def judge() -> None:
        async with registry.database.transaction("acme") as tx:
            await judging.judge(tx, rollout.id)

    await asyncio.gather(*(judge() for _ in range(5)))
    await until(registry, rollout.id, lambda found: found.step == 1)
    await asyncio.gather(*(judge() for _ in range(5)))

    found = await get(registry, rollout.id)
    assert (found.step, [entry.action for entry in found.history]) == (1, ["started", "advanced"])


async def test_two_registries_take_a_candidate_up_together_one_step_at_a_time(
    registry: Parts, database_of: Callable[[Service], str], nats_url: str
) -> None:
    _, candidate = await champion_and_candidate(registry)
    settings = Settings(database_url=database_of(Service.REGISTRY), nats_url=nats_url, log_level="warning")
    rollout = await start(registry, candidate.id)

    async with running(settings):
        while rollout.status is RolloutStatus.RUNNING:
            await perform(registry, rollout, GOOD)
            rollout = await until(registry, rollout.id, partial(_went_on, rollout))

    assert [entry.action for entry in rollout.history] == ["started", "advanced", "advanced", "completed"]
    assert rollout.status is RolloutStatus.COMPLETED


async def test_a_step_whose_time_was_over_while_no_registry_ran_is_taken_afterwards(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    settings = Settings(database_url=database_of(Service.REGISTRY), nats_url=nats_url, log_level="warning")
    async with running(settings) as before:
        _, candidate = await champion_and_candidate(before)
        rollout = await start(before, candidate.id, interval_s=3_600)
        await perform(before, rollout, GOOD)
        await until(before, rollout.id, lambda found: found.missing == "the end of the step's time")
        await let_an_hour_pass(before)

    async with running(settings) as after:
        assert (await until(after, rollout.id, lambda found: found.step == 1)).status is RolloutStatus.RUNNING
