"""Where promoting and rolling back are tried, one after another and at once."""

import asyncio
from itertools import pairwise

import pytest

from chassis.service import Parts
from contracts.api.route import Serving
from contracts.api.version import VersionStatus
from contracts.commands.versions import ListServing
from contracts.errors import GateNotPassed, NothingToRollBackTo, UnknownVersion
from contracts.events.release import ModelRolledBack
from tests.registry.scene import (
    WORSE,
    champions,
    create_task,
    promote,
    register,
    registered,
    roll_back,
    route_of,
    said,
    tell,
    trained,
)


async def ledger(parts: Parts) -> list[Serving]:
    return list((await tell(parts, ListServing(task="tickets"))).items)


async def test_a_proven_candidate_can_be_promoted_by_hand(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    candidate = await register(registry, trained(against=champion.id, auto_release=False))

    route = await promote(registry, candidate.id, "looks good")

    assert [arm.version_id for arm in route.arms] == [candidate.id]
    assert (await registered(registry, candidate.id)).status is VersionStatus.ACTIVE
    assert ((await ledger(registry))[0].actor, (await ledger(registry))[0].reason) == ("ada", "looks good")


async def test_a_candidate_that_is_not_proven_better_cannot_be_promoted(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    candidate = await register(registry, trained(against=champion.id, counts=WORSE))

    with pytest.raises(GateNotPassed, match="Worse: of 1,000 holdout rows"):
        await promote(registry, candidate.id)


async def test_a_candidate_proven_better_than_a_former_champion_alone_cannot_be_promoted(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    waiting, sooner = [await register(registry, trained(against=champion.id, auto_release=False)) for _ in range(2)]
    await promote(registry, sooner.id)

    with pytest.raises(GateNotPassed, match="another champion"):
        await promote(registry, waiting.id)


async def test_a_former_champion_can_be_promoted_again(registry: Parts) -> None:
    first, second = await champions(registry, 2)

    route = await promote(registry, first.id)

    assert (route.revision, route.arms[0].version_id) == (4, first.id)
    assert (await registered(registry, second.id)).status is VersionStatus.DEPRECATED


async def test_promoting_the_champion_changes_nothing(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    before = await route_of(registry)

    assert await promote(registry, champion.id) == before
    assert len(await ledger(registry)) == 2


async def test_an_unknown_version_or_that_of_another_tenant_cannot_be_promoted(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)

    with pytest.raises(UnknownVersion):
        await promote(registry, champion.id, tenant="other")
    with pytest.raises(UnknownVersion):
        await promote(registry, "nothing")


async def test_rolling_back_puts_the_previous_champion_back(registry: Parts) -> None:
    first, second = await champions(registry, 2)

    route = await roll_back(registry)

    told = (await said(registry, count=5))[-1]
    assert route.arms[0].version_id == first.id
    assert isinstance(told, ModelRolledBack)
    assert (told.version_id, told.previous_version_id, told.revision) == (first.id, second.id, 4)
    assert (await registered(registry, first.id)).status is VersionStatus.ACTIVE
    assert (await registered(registry, second.id)).status is VersionStatus.DEPRECATED
    assert ((await ledger(registry))[0].actor, (await ledger(registry))[0].reason) == ("ada", "it was slow")


async def test_rolling_back_twice_goes_two_champions_back(registry: Parts) -> None:
    first, _, _ = await champions(registry, 3)

    await roll_back(registry)
    route = await roll_back(registry)

    assert route.arms[0].version_id == first.id
    with pytest.raises(NothingToRollBackTo):
        await roll_back(registry)


async def test_any_former_champion_can_be_named(registry: Parts) -> None:
    first, _, _ = await champions(registry, 3)

    assert (await roll_back(registry, to=first.id)).arms[0].version_id == first.id


async def test_a_version_that_never_served_cannot_be_rolled_back_to(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    candidate = await register(registry, trained(against=champion.id, auto_release=False))

    with pytest.raises(NothingToRollBackTo, match="promote it instead"):
        await roll_back(registry, to=candidate.id)
    with pytest.raises(UnknownVersion):
        await roll_back(registry, to="nothing")


async def test_where_nothing_serves_there_is_nothing_to_roll_back_to(registry: Parts) -> None:
    await create_task(registry)

    with pytest.raises(NothingToRollBackTo):
        await roll_back(registry)


async def test_promotions_at_once_are_carried_out_one_after_another(registry: Parts) -> None:
    made = await champions(registry, 4)

    routes = await asyncio.gather(*(promote(registry, made[turn % 3].id, f"turn {turn}") for turn in range(24)))

    last = await route_of(registry)
    lines = await ledger(registry)
    active = [version.id for version in made if (await registered(registry, version.id)).status is VersionStatus.ACTIVE]
    assert active == [last.arms[0].version_id]
    assert last in routes
    assert [line.revision for line in lines] == list(range(last.revision, 0, -1))
    assert all(newer.since >= older.since for newer, older in pairwise(lines))
