"""Where versions that passed the gate are released by themselves, in the steps that their task asks for."""

import pytest
from pydantic import ValidationError

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.rollout import NewRollout, ReleasePlan, Rollout
from contracts.api.task import TaskChange
from contracts.commands.rollouts import ListRollouts, StartRollout
from contracts.commands.tasks import ChangeTask
from tests.registry.scene import champions, register, route_of, tell, trained

PLAN = ReleasePlan(steps=(10, 50, 100), interval_s=60, goal="accuracy")


async def rollouts_of(parts: Parts) -> list[Rollout]:
    return list((await tell(parts, ListRollouts(task="tickets"))).items)


async def test_a_version_that_passed_the_gate_is_rolled_out_in_the_steps_of_its_task(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    await tell(registry, ChangeTask(key="tickets", change=TaskChange(release=PLAN)))

    candidate = await register(registry, trained(against=champion.id))

    (rollout,) = await rollouts_of(registry)
    assert (rollout.version_id, rollout.steps, rollout.traffic_percent) == (candidate.id, (10, 50, 100), 10)
    assert rollout.terms.goal == PLAN.goal
    assert (await route_of(registry)).champion_version_id == champion.id


async def test_the_first_version_serves_at_once_because_nothing_could_be_compared(registry: Parts) -> None:
    await champions(registry, 0)
    await tell(registry, ChangeTask(key="tickets", change=TaskChange(release=PLAN)))

    first = await register(registry, trained())

    assert (await route_of(registry)).champion_version_id == first.id
    assert await rollouts_of(registry) == []


async def test_a_version_waits_for_a_person_while_another_one_is_rolled_out(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    first = await register(registry, trained(against=champion.id, auto_release=False))
    await tell(registry, StartRollout(rollout=NewRollout(task="tickets", version_id=first.id)))

    second = await register(registry, trained(against=champion.id))

    assert second.status == "candidate"
    assert (await route_of(registry)).champion_version_id == champion.id
    assert [each.version_id for each in await eventually(lambda: rollouts_of(registry))] == [first.id]


def test_a_plan_that_could_never_be_started_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValidationError, match=r"0\.001"):
        ReleasePlan(steps=(1e-9, 100))
