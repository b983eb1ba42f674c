"""Where evidence comes late, twice or out of order, and where other terms are tried on what was recorded."""

import asyncio
from typing import Any

from chassis.database import EVERY_TENANT
from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.rollout import Replay, RolloutAction, RolloutStatus, Terms
from contracts.api.version import Verdict
from contracts.commands.health import ListAlerts
from contracts.commands.rollouts import ReplayRollout
from contracts.commands.tasks import DeleteTask
from registry.store import rollouts
from tests.registry.rollouts.ramps import (
    BETTER,
    FAILING,
    GOOD,
    SLOW,
    champion_and_candidate,
    get,
    perform,
    shares,
    start,
    steer,
    until,
)
from tests.registry.scene import route_of, tell


async def replay(parts: Parts, rollout_id: str, **terms: Any) -> Replay:
    return await tell(parts, ReplayRollout(rollout_id=rollout_id, terms=Terms.model_validate(terms)))


async def test_what_comes_late_about_a_task_that_was_deleted_is_judged_no_more(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    await steer(registry, rollout.id, RolloutAction.ABORT)
    await tell(registry, DeleteTask(key="tickets", force=True))

    await perform(registry, rollout, FAILING)
    await eventually(lambda: _heard(registry))

    async with registry.database.transaction(EVERY_TENANT) as tx:
        assert await rollouts.list_due(tx) == []


async def _heard(parts: Parts) -> bool:
    async with parts.database.transaction(EVERY_TENANT) as tx:
        return await tx.fetchval("SELECT number > judged FROM phases")


async def test_late_evidence_restates_a_result_and_changes_nothing_else(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, steps=(50, 100))
    await perform(registry, rollout, GOOD)
    done = await until(registry, rollout.id, lambda found: found.ended_at is not None)

    await perform(registry, rollout, FAILING)
    restated = await until(registry, rollout.id, lambda found: found.restated is not None)

    assert (done.status, done.verdict, done.restated) == (RolloutStatus.COMPLETED, Verdict.SHIP, None)
    assert restated.restated
    assert (restated.restated.verdict, restated.restated.changed) == ("rollback", True)
    assert restated.restated.reasons[0].startswith("Worse: error_rate")
    assert (restated.status, restated.verdict) == (done.status, done.verdict)
    assert shares(await route_of(registry)) == {candidate.id: 1}
    (alert,) = (await tell(registry, ListAlerts(task="tickets"))).items
    assert (alert.version_id, alert.action.endswith("ratchet model rollback tickets")) == (candidate.id, True)


async def test_a_harm_that_comes_to_light_late_takes_back_a_rollout_that_went_on(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    first = await start(registry, candidate.id)
    await perform(registry, first, GOOD)
    await until(registry, first.id, lambda found: found.step == 1)

    await perform(registry, first, FAILING)
    ended = await until(registry, first.id, lambda found: found.ended_at is not None)

    assert ended.status is RolloutStatus.ROLLED_BACK
    assert ended.reasons[-1] == "This came to light late, of the step at 10 %."
    assert shares(await route_of(registry)) == {champion.id: 1}


async def test_a_second_attempt_is_judged_by_its_own_evidence_alone(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    first = await start(registry, candidate.id)
    await perform(registry, first, FAILING)
    await until(registry, first.id, lambda found: found.status is RolloutStatus.ROLLED_BACK)
    again = await steer(registry, first.id, RolloutAction.RETRY)

    await perform(registry, first, FAILING)
    await perform(registry, again, GOOD)
    found = await until(registry, first.id, lambda found: found.step == 1)

    assert (found.status, found.attempt) == (RolloutStatus.RUNNING, 2)


async def test_what_was_said_before_does_not_replace_what_was_said_later(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)

    for number in (7, 7, 3):
        conduct = BETTER if number == 7 else FAILING
        await perform(registry, rollout, conduct, units=3_000, number=number)
    await until(registry, rollout.id, lambda found: found.arms[0].units > 0)
    await asyncio.sleep(1.2)

    found = await get(registry, rollout.id)
    assert (found.status, found.arms[0].units) == (RolloutStatus.RUNNING, 2_700)


async def test_other_terms_are_tried_on_the_evidence_as_it_came_in(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)
    for units in (500, 2_000, 4_000):
        await perform(registry, rollout, SLOW, units=units)
        await until(registry, rollout.id, lambda found, units=units: found.arms[0].units == round(0.9 * units))

    lenient = await replay(registry, rollout.id)
    strict = await replay(registry, rollout.id, guardrails=["latency_ms"], min_samples=300)

    assert lenient.ends_with is Verdict.SHIP
    assert [(step.units, step.verdict) for step in strict.steps] == [(500, Verdict.CONTINUE), (4_000, Verdict.ROLLBACK)]
    assert strict.steps[-1].reasons[0].startswith("Worse: latency_ms 300 against 100")


async def test_a_rollout_of_which_nothing_is_known_replays_to_nothing(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)

    assert await replay(registry, rollout.id) == Replay(steps=(), ends_with=Verdict.CONTINUE)
