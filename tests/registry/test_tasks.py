"""Where tasks are tried: created once, found by their own tenant, and known to everybody by their route."""

import asyncio

import pytest

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.api.task import NewTask
from contracts.commands.tasks import CreateTask, GetTask, ListTasks
from contracts.commands.versions import GetRoute, ResolveTask
from contracts.errors import InvalidInput, LimitReached, TaskExists, UnknownTask
from tests.registry.scene import create_task, route_of, tell


async def test_a_task_is_found_as_it_was_created(registry: Parts) -> None:
    created = await create_task(registry)

    assert await tell(registry, GetTask(key="tickets")) == created
    assert (created.created_by, created.parameters) == ("ada", {"epochs": 3})


async def test_a_second_task_of_that_key_is_refused(registry: Parts) -> None:
    await create_task(registry)

    with pytest.raises(TaskExists, match="tickets"):
        await create_task(registry)


async def test_two_tenants_may_have_tasks_of_the_same_key(registry: Parts) -> None:
    await create_task(registry)
    await create_task(registry, tenant="other")

    assert (await route_of(registry)).salt != (await route_of(registry, tenant="other")).salt


async def test_a_new_task_reaches_everybody_who_follows_the_routes(registry: Parts) -> None:
    await create_task(registry)

    async def pushed() -> Route | None:
        return registry.routes.find("acme", "tickets")

    found = await eventually(pushed)

    assert (found.revision, found.phase, found.arms) == (1, "empty", ())
    assert found == await route_of(registry)


async def test_while_nothing_serves_a_unit_gets_no_version(registry: Parts) -> None:
    await create_task(registry)

    resolution = await tell(registry, ResolveTask(task="tickets", unit="u1"))

    assert (resolution.version_id, resolution.revision, resolution.stale_seconds) == (None, 1, 0)


@pytest.mark.parametrize("command", [GetTask(key="nothing"), GetRoute(task="nothing"), ResolveTask(task="nothing")])
async def test_a_task_that_is_not_there_is_unknown(registry: Parts, command: GetTask) -> None:
    await create_task(registry, "nothing", tenant="other")

    with pytest.raises(UnknownTask, match="create it first"):
        await tell(registry, command)


async def test_tasks_are_listed_by_key_page_after_page(registry: Parts) -> None:
    for key in ("c", "a", "b"):
        await create_task(registry, key)
    await create_task(registry, "theirs", tenant="other")

    first = await tell(registry, ListTasks(limit=2))
    second = await tell(registry, ListTasks(limit=2, cursor=first.next_cursor))

    assert [[task.key for task in page.items] for page in (first, second)] == [["a", "b"], ["c"]]
    assert second.next_cursor is None


async def test_a_broken_cursor_is_refused(registry: Parts) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        await tell(registry, ListTasks(cursor="\x00"))


async def test_no_more_tasks_are_created_than_the_plan_allows_however_many_at_once(registry: Parts) -> None:
    orders = [CreateTask(task=NewTask(key=f"t{number}"), at_most=2) for number in range(5)]

    answers = await asyncio.gather(*(tell(registry, order) for order in orders), return_exceptions=True)
    elsewhere = await tell(registry, CreateTask(task=NewTask(key="t"), at_most=2), tenant="other")

    refused = [answer for answer in answers if isinstance(answer, LimitReached)]
    assert (len(refused), refused[0].facts["limit"], elsewhere.key) == (3, 2, "t")
    assert len((await tell(registry, ListTasks())).items) == 2
