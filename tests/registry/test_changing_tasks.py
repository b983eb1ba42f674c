"""Where tasks are changed and taken away, and where a default version serves."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.api.task import Task, TaskChange
from contracts.api.version import Version
from contracts.commands.tasks import ChangeTask, DeleteTask, GetTask, ListTasks
from contracts.commands.versions import GetRoute, ListServing, ResolveTask
from contracts.errors import GateNotPassed, InvalidInput, Stale, TaskExists, TaskInUse, UnknownTask
from tests.registry.scene import WORSE, champions, create_task, promote, register, route_of, tell, trained


async def change(parts: Parts, revision: int | None = None, **fields: Any) -> Task:
    return await tell(parts, ChangeTask(key="tickets", change=TaskChange(**fields), expected_revision=revision))


async def delete(parts: Parts, *, force: bool = False) -> Task:
    return await tell(parts, DeleteTask(key="tickets", force=force))


async def with_default(parts: Parts) -> Version:
    await create_task(parts)
    version = await register(parts, trained(auto_release=False))
    await change(parts, default_version=version.id)
    return version


async def test_only_what_is_given_changes(registry: Parts) -> None:
    before = await create_task(registry)

    after = await change(registry, name="Tickets", approvals=1, minimum_gain=0.01, auto_approve_quality=0.9)
    again = await change(registry, auto_approve_quality=None)

    assert after == before.model_copy(
        update={"name": "Tickets", "approvals": 1, "minimum_gain": 0.01, "auto_approve_quality": 0.9, "revision": 2}
    )
    assert (again.auto_approve_quality, again.name, again.revision) == (None, "Tickets", 3)
    assert await tell(registry, GetTask(key="tickets")) == again


async def test_what_is_the_same_already_changes_nothing(registry: Parts) -> None:
    before = await create_task(registry)

    assert await change(registry, parameters={"epochs": 3}, approvals=0) == before
    assert await change(registry) == before


async def test_an_edit_of_an_older_revision_is_refused(registry: Parts) -> None:
    await create_task(registry)
    await change(registry, 1, name="first")

    with pytest.raises(Stale, match="revision 2 by now, not 1"):
        await change(registry, 1, name="second")


async def test_of_two_edits_at_once_that_saw_the_same_one_is_refused(registry: Parts) -> None:
    await create_task(registry)

    made = await asyncio.gather(*(change(registry, 1, name=f"name {n}") for n in range(4)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in made) == ["Stale", "Stale", "Stale", "Task"]


@pytest.mark.parametrize(
    "fields",
    [
        {"approvals": 2}, {"approvals": None}, {"minimum_gain": -0.1}, {"minimum_gain": float("nan")},
        {"keep_versions": 0}, {"auto_approve_quality": 1.1}, {"kind": "chat"}, {"name": "x" * 201}, {"name": None},
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TaskChange(**fields)


async def test_a_default_version_serves_while_none_is_routed(registry: Parts) -> None:
    version = await with_default(registry)

    resolution = await tell(registry, ResolveTask(task="tickets", unit="u1"))
    ledger = (await tell(registry, ListServing(task="tickets"))).items

    async def pushed() -> Route | None:
        found = registry.routes.find("acme", "tickets")
        return found if found and found.default else None

    assert (resolution.version_id, resolution.reason, resolution.label) == (version.id, "default", "1.0.0")
    assert (await eventually(pushed)).default == version.arm()
    assert (ledger[0].default, ledger[0].actor) == (version.arm(), "ada")
    assert "was made the default" in ledger[0].reason


async def test_a_routed_version_goes_before_the_default_which_stays(registry: Parts) -> None:
    version = await with_default(registry)
    better = await register(registry, trained(auto_release=False))

    route = await promote(registry, better.id)
    resolution = await tell(registry, ResolveTask(task="tickets"))

    assert (resolution.version_id, resolution.reason) == (better.id, "route")
    assert route.default == version.arm()


async def test_a_default_is_taken_away_again(registry: Parts) -> None:
    await with_default(registry)

    task = await change(registry, default_version=None)

    assert task.default_version is None
    assert (await tell(registry, ResolveTask(task="tickets"))).version_id is None


async def test_what_is_proven_worse_or_of_another_task_is_no_default(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    worse = await register(registry, trained(against=champion.id, counts=WORSE))

    with pytest.raises(GateNotPassed):
        await change(registry, default_version=worse.id)
    with pytest.raises(InvalidInput, match="default_version: there is no version"):
        await change(registry, default_version="nothing")
    assert (await route_of(registry)).default is None


async def test_a_deleted_task_is_gone_for_everybody_and_its_key_stays_taken(registry: Parts) -> None:
    await create_task(registry)
    await delete(registry)

    async def forgotten() -> bool:
        try:
            await registry.known_tasks.get("acme", "tickets")
        except UnknownTask:
            return True
        return False

    assert await eventually(forgotten)
    assert (await tell(registry, ListTasks())).items == ()
    for question in (GetTask(key="tickets"), GetRoute(task="tickets"), DeleteTask(key="tickets")):
        with pytest.raises(UnknownTask):
            await tell(registry, question)
    with pytest.raises(TaskExists, match="was deleted"):
        await create_task(registry)


async def test_a_task_whose_version_serves_is_deleted_by_force_alone(registry: Parts) -> None:
    await champions(registry, 1)

    with pytest.raises(TaskInUse, match="force=true"):
        await delete(registry)
    await delete(registry, force=True)

    with pytest.raises(UnknownTask):
        await tell(registry, ResolveTask(task="tickets"))


async def test_another_tenant_changes_and_deletes_nothing(registry: Parts) -> None:
    await create_task(registry)

    for order in (ChangeTask(key="tickets", change=TaskChange(name="x")), DeleteTask(key="tickets")):
        with pytest.raises(UnknownTask):
            await tell(registry, order, tenant="other")
