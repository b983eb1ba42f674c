"""Where people order rollouts: what is refused and why, and what steering does."""

import pytest
from pydantic import ValidationError

from chassis.service import Parts
from contracts.api.experiment import NewExperiment
from contracts.api.rollout import RolloutAction, RolloutStatus
from contracts.api.version import Verdict
from contracts.commands.experiments import StartExperiment
from contracts.commands.rollouts import ListRollouts
from contracts.errors import (
    ApprovalNeeded,
    GateNotPassed,
    InvalidInput,
    NothingServes,
    NotReleasable,
    ReleaseUnderWay,
    RolloutEnded,
    Stale,
    UnknownRollout,
    UnknownTask,
    UnknownVersion,
)
from tests.registry.rollouts.ramps import (
    BETTER,
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
from tests.registry.scene import (
    WORSE,
    create_task,
    promote,
    register,
    roll_back,
    route_of,
    tell,
    trained,
)

ABORT, ADVANCE, PAUSE = RolloutAction.ABORT, RolloutAction.ADVANCE, RolloutAction.PAUSE
RESUME, RETRY = RolloutAction.RESUME, RolloutAction.RETRY


async def test_two_rollouts_of_one_task_are_refused(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    other = await candidate_of(registry, champion)
    rollout = await start(registry, candidate.id)

    for version in (candidate, other):
        with pytest.raises(ReleaseUnderWay, match=rollout.id):
            await start(registry, version.id)


async def test_what_may_not_be_tried_is_refused_with_the_reason(registry: Parts) -> None:
    champion, _ = await champion_and_candidate(registry)
    worse = await candidate_of(registry, champion, counts=WORSE)

    with pytest.raises(GateNotPassed, match="Worse: of 1,000 holdout rows"):
        await start(registry, worse.id)
    with pytest.raises(NotReleasable, match="is the champion"):
        await start(registry, champion.id)
    assert (await tell(registry, ListRollouts())).items == ()


async def test_an_archived_version_is_refused(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    async with registry.database.transaction("acme") as tx:
        await tx.execute("UPDATE versions SET status = 'archived' WHERE tenant = 'acme' AND id = $1", candidate.id)

    with pytest.raises(NotReleasable, match="archived"):
        await start(registry, candidate.id)


async def test_a_version_that_nobody_else_approved_is_refused_where_the_task_asks_for_it(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    async with registry.database.transaction("acme") as tx:
        await tx.execute("UPDATE tasks SET approvals = 1 WHERE tenant = 'acme'")

    with pytest.raises(ApprovalNeeded, match="approved by somebody other than ada"):
        await start(registry, candidate.id)


async def test_an_arm_of_the_open_experiment_is_refused(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    arms = [{"version_id": each.id, "weight": 0.5} for each in (champion, candidate)]
    new = NewExperiment.model_validate({"task": "tickets", "arms": arms, "goal": "accuracy"})
    experiment = await tell(registry, StartExperiment(experiment=new))

    with pytest.raises(ReleaseUnderWay, match=f"is an arm of experiment {experiment.id}"):
        await start(registry, candidate.id)


async def test_what_is_unknown_or_belongs_elsewhere_is_refused(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    await create_task(registry, "other")
    await create_task(registry, "tickets", tenant="rival")

    with pytest.raises(UnknownVersion, match="no version 'nothing'"):
        await start(registry, "nothing")
    with pytest.raises(UnknownTask):
        await start(registry, candidate.id, task="no-task")
    with pytest.raises(UnknownVersion, match="is one of task 'tickets', not of 'other'"):
        await start(registry, candidate.id, task="other")
    with pytest.raises(UnknownRollout):
        await steer(registry, "nothing", ABORT)


async def test_where_nothing_serves_there_is_nothing_to_roll_out_beside(registry: Parts) -> None:
    await create_task(registry)
    version = await register(registry, trained(auto_release=False))

    with pytest.raises(NothingServes, match="promote a first one"):
        await start(registry, version.id)


@pytest.mark.parametrize("steps", [(), (50, 10), (10, 10), (0, 100), (5e-324, 100), (-1,), (10, 101), (float("nan"),)])
async def test_steps_that_do_not_rise_from_above_0_to_100_are_refused(steps: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError, match="steps"):
        await start(Parts, "v", steps=steps)  # pyright: ignore[reportArgumentType] (it is never used)


async def test_one_step_of_all_units_is_a_promotion_and_needs_the_gate(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    proven = await candidate_of(registry, champion, counts=PROVEN)

    with pytest.raises(GateNotPassed, match="Not proven better"):
        await start(registry, candidate.id, steps=(100,))
    done = await start(registry, proven.id, steps=(100,))

    assert (done.status, done.traffic_percent, done.phase_id) == (RolloutStatus.COMPLETED, 100, None)
    assert shares(await route_of(registry)) == {proven.id: 1}


async def test_steering_pauses_resumes_advances_and_aborts(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, interval_s=3_600)

    paused = await steer(registry, rollout.id, PAUSE, reason="lunch")
    resumed = await steer(registry, rollout.id, RESUME)
    further = await steer(registry, rollout.id, ADVANCE, reason="I have seen enough")
    share = shares(await route_of(registry))[candidate.id]
    ended = await steer(registry, rollout.id, ABORT, reason="it swears")

    assert [each.status for each in (paused, resumed, further)] == ["paused", "running", "running"]
    assert (further.step, further.traffic_percent, share) == (1, 25, 0.25)
    assert (ended.status, ended.reasons, ended.traffic_percent) == (RolloutStatus.ABORTED, ("it swears",), 0)
    assert [entry.action for entry in ended.history] == ["started", "paused", "resumed", "advanced", "aborted"]
    assert {entry.actor for entry in ended.history} == {"ada"}
    assert shares(await route_of(registry)) == {champion.id: 1}


async def test_steering_in_the_wrong_state_is_refused_with_the_state(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)

    with pytest.raises(RolloutEnded, match="is running; resume is for one that is paused"):
        await steer(registry, rollout.id, RESUME)
    with pytest.raises(RolloutEnded, match="is running; retry is for one that is aborted or rolled back"):
        await steer(registry, rollout.id, RETRY)
    await steer(registry, rollout.id, ABORT)
    for action in (PAUSE, RESUME, ADVANCE, ABORT):
        with pytest.raises(RolloutEnded, match="is aborted"):
            await steer(registry, rollout.id, action)


async def test_an_order_made_with_an_older_revision_in_view_is_refused(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    await perform(registry, rollout, BETTER, units=300)
    await until(registry, rollout.id, lambda found: found.arms[0].units > 0)
    paused = await steer(registry, rollout.id, PAUSE, expected_revision=rollout.revision)

    with pytest.raises(Stale, match=f"has revision {paused.revision} by now"):
        await steer(registry, rollout.id, ABORT, expected_revision=rollout.revision)
    assert (await get(registry, rollout.id)).status is RolloutStatus.PAUSED


async def test_the_last_step_needs_the_gate_or_live_evidence(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id, steps=(50, 100), goal="accuracy", interval_s=3_600)

    with pytest.raises(GateNotPassed, match="Nor does the live evidence say ship: 0 of at least 100 units"):
        await steer(registry, rollout.id, ADVANCE)
    await perform(registry, rollout, BETTER)
    await until(registry, rollout.id, lambda found: found.verdict is Verdict.SHIP)
    done = await steer(registry, rollout.id, ADVANCE, reason="no time to wait")

    assert (done.status, done.reasons[0]) == (RolloutStatus.COMPLETED, "no time to wait")
    assert shares(await route_of(registry)) == {candidate.id: 1}


async def test_a_rollout_can_be_tried_again_from_its_first_step(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    rollout = await start(registry, candidate.id)
    await steer(registry, rollout.id, ADVANCE)
    await steer(registry, rollout.id, ABORT)

    again = await steer(registry, rollout.id, RETRY, reason="it was the network")

    assert (again.attempt, again.step, again.status, again.ended_at) == (2, 0, RolloutStatus.RUNNING, None)
    assert again.phase_id != rollout.phase_id
    assert shares(await route_of(registry))[candidate.id] == 0.1


async def test_a_rollout_is_not_tried_again_beside_another(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    other = await candidate_of(registry, champion)
    first = await start(registry, candidate.id)
    await steer(registry, first.id, ABORT)
    second = await start(registry, other.id)

    with pytest.raises(ReleaseUnderWay, match=second.id):
        await steer(registry, first.id, RETRY)


async def test_rolling_back_aborts_and_promoting_completes_what_is_open(registry: Parts) -> None:
    champion, candidate = await champion_and_candidate(registry)
    proven = await candidate_of(registry, champion, counts=PROVEN)
    aborted = await start(registry, candidate.id)
    await roll_back(registry)
    completed = await start(registry, proven.id)

    await promote(registry, proven.id)

    assert (await get(registry, aborted.id)).status is RolloutStatus.ABORTED
    assert (await get(registry, completed.id)).status is RolloutStatus.COMPLETED
    assert shares(await route_of(registry)) == {proven.id: 1}


async def test_rollouts_are_listed_newest_first_and_another_tenants_are_not(registry: Parts) -> None:
    _, candidate = await champion_and_candidate(registry)
    first = await start(registry, candidate.id)
    await steer(registry, first.id, ABORT)
    second = await start(registry, candidate.id)

    page = await tell(registry, ListRollouts(limit=1))
    rest = await tell(registry, ListRollouts(limit=1, cursor=page.next_cursor))
    running = await tell(registry, ListRollouts(task="tickets", status=RolloutStatus.RUNNING))

    assert [each.id for each in (*page.items, *rest.items)] == [second.id, first.id]
    assert [each.id for each in running.items] == [second.id]
    assert (await tell(registry, ListRollouts(), tenant="rival")).items == ()
    with pytest.raises(InvalidInput, match="cursor"):
        await tell(registry, ListRollouts(cursor="x"))
