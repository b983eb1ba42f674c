"""Where the serving ledger is tried: it says what served when and why, and nobody rewrites it."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from chassis.service import Parts
from contracts.commands.versions import GetServing, ListServing
from contracts.errors import NothingServes, UnknownTask
from tests.registry.scene import champions, create_task, roll_back, route_of, tell


async def test_the_ledger_tells_the_whole_story_newest_first(registry: Parts) -> None:
    first, second = await champions(registry, 2)
    await roll_back(registry)

    lines = (await tell(registry, ListServing(task="tickets"))).items

    served = [[arm.version_id for arm in line.arms] for line in lines]
    assert served == [[first.id], [second.id], [first.id], []]
    assert [line.until for line in lines] == [None, *(line.since for line in lines[:-1])]
    assert [line.actor for line in lines] == ["ada", "grace", "grace", "ada"]
    assert lines[1].reason.startswith("Better: of 1,000 holdout rows it has 920 right")


async def test_a_page_of_the_ledger_still_says_until_when(registry: Parts) -> None:
    await champions(registry, 2)

    first = await tell(registry, ListServing(task="tickets", limit=1))
    second = await tell(registry, ListServing(task="tickets", limit=1, cursor=first.next_cursor))

    assert second.items[0].until == first.items[0].since


async def test_what_served_at_a_time_is_known(registry: Parts) -> None:
    first, second = await champions(registry, 2)
    change = (await route_of(registry)).since

    before = await tell(registry, GetServing(task="tickets", at=change - timedelta(microseconds=1)))
    since = await tell(registry, GetServing(task="tickets", at=change))
    now = await tell(registry, GetServing(task="tickets", at=datetime.now(UTC)))

    assert (before.arms[0].version_id, before.until) == (first.id, change)
    assert (since.arms[0].version_id, since.until) == (second.id, None)
    assert now == since


@pytest.mark.parametrize("ago", [timedelta(), timedelta(days=1), timedelta(days=300_000)])
async def test_before_the_first_champion_nothing_served(registry: Parts, ago: timedelta) -> None:
    await create_task(registry)

    with pytest.raises(NothingServes):
        await tell(registry, GetServing(task="tickets", at=datetime.now(UTC) - ago))


async def test_the_ledger_of_an_unknown_task_is_not_an_empty_list(registry: Parts) -> None:
    await create_task(registry, tenant="other")

    with pytest.raises(UnknownTask):
        await tell(registry, ListServing(task="tickets"))


@pytest.mark.parametrize(
    "statement", ["UPDATE serving SET reason = 'other'", "DELETE FROM serving", "TRUNCATE serving"]
)
async def test_nobody_rewrites_the_ledger(registry: Parts, statement: str) -> None:
    await champions(registry, 1)

    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        async with registry.database.transaction("acme") as tx:
            await tx.execute(statement)
