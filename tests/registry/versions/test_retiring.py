"""Where versions are set aside: by people, by better ones, and because there are many."""

import pytest

from chassis.service import Parts
from contracts.api.registration import Retirement
from contracts.api.task import TaskChange
from contracts.api.version import Version, VersionStatus
from contracts.commands.tasks import ChangeTask
from contracts.commands.versions import RetireVersion
from contracts.errors import NothingToRollBackTo, NotReleasable, UnknownVersion
from contracts.events.release import VersionRetired
from tests.registry.scene import (
    ALIKE,
    champions,
    create_task,
    promote,
    register,
    registered,
    roll_back,
    said,
    tell,
    trained,
)

DEPRECATED, ARCHIVED = VersionStatus.DEPRECATED, VersionStatus.ARCHIVED


async def retire(parts: Parts, version: Version, status: VersionStatus, tenant: str = "acme") -> Version:
    order = Retirement(reason="old")
    return await tell(parts, RetireVersion(version_id=version.id, status=status, retirement=order), tenant)


async def candidate(parts: Parts, against: str | None = None) -> Version:
    counts = {"counts": ALIKE} if against else {}
    return await register(parts, trained(against=against, auto_release=False, **counts))


async def test_a_candidate_is_deprecated_then_archived_and_twice_is_as_good_as_once(registry: Parts) -> None:
    await create_task(registry)
    version = await candidate(registry)

    statuses = [(await retire(registry, version, each)).status for each in (DEPRECATED, DEPRECATED, ARCHIVED, ARCHIVED)]
    told = [each for each in await said(registry, count=3) if isinstance(each, VersionRetired)]

    assert statuses == [DEPRECATED, DEPRECATED, ARCHIVED, ARCHIVED]
    assert [(each.version_id, each.status, each.reason) for each in told] == [
        (version.id, DEPRECATED, "old"),
        (version.id, ARCHIVED, "old"),
    ]


async def test_what_is_archived_stays_so_and_serves_no_more(registry: Parts) -> None:
    await create_task(registry)
    version = await candidate(registry)
    await retire(registry, version, ARCHIVED)

    with pytest.raises(NotReleasable, match="stays so"):
        await retire(registry, version, DEPRECATED)
    with pytest.raises(NotReleasable, match="may not serve again"):
        await promote(registry, version.id)


@pytest.mark.parametrize("status", [DEPRECATED, ARCHIVED])
async def test_what_serves_is_not_set_aside(registry: Parts, status: VersionStatus) -> None:
    (champion,) = await champions(registry, 1)

    with pytest.raises(NotReleasable, match="serves"):
        await retire(registry, champion, status)


async def test_the_default_version_is_not_set_aside(registry: Parts) -> None:
    await create_task(registry)
    version = await candidate(registry)
    await tell(registry, ChangeTask(key="tickets", change=TaskChange(default_version=version.id)))

    with pytest.raises(NotReleasable, match="default version"):
        await retire(registry, version, ARCHIVED)


async def test_an_archived_champion_is_not_rolled_back_to(registry: Parts) -> None:
    first, second, _ = await champions(registry, 3)
    await retire(registry, second, ARCHIVED)

    with pytest.raises(NotReleasable, match="archived"):
        await roll_back(registry, to=second.id)
    assert (await roll_back(registry)).champion_version_id == first.id


async def test_there_is_nothing_to_roll_back_to_once_all_earlier_champions_are_archived(registry: Parts) -> None:
    first, _ = await champions(registry, 2)
    await retire(registry, first, ARCHIVED)

    with pytest.raises(NothingToRollBackTo):
        await roll_back(registry)


async def test_candidates_older_than_a_new_champion_are_deprecated(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    older = await candidate(registry, champion.id)
    better = await register(registry, trained(against=champion.id, auto_release=False))
    newer = await candidate(registry, champion.id)

    await promote(registry, better.id)

    statuses = [(await registered(registry, each.id)).status for each in (older, better, newer)]
    assert statuses == [DEPRECATED, VersionStatus.ACTIVE, VersionStatus.CANDIDATE]


async def test_the_oldest_deprecated_versions_beyond_what_a_task_keeps_are_archived(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)
    made = [await candidate(registry, champion.id) for _ in range(3)]
    for each in made:
        await retire(registry, each, DEPRECATED)

    await tell(registry, ChangeTask(key="tickets", change=TaskChange(keep_versions=1)))

    statuses = [(await registered(registry, each.id)).status for each in (champion, *made)]
    assert statuses == [VersionStatus.ACTIVE, ARCHIVED, ARCHIVED, DEPRECATED]


async def test_former_champions_are_kept_to_roll_back_to(registry: Parts) -> None:
    made = await champions(registry, 3)

    await tell(registry, ChangeTask(key="tickets", change=TaskChange(keep_versions=1)))

    assert [(await registered(registry, each.id)).status for each in made[:2]] == [DEPRECATED, DEPRECATED]


async def test_another_tenants_version_is_unknown(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)

    with pytest.raises(UnknownVersion):
        await retire(registry, champion, ARCHIVED, tenant="other")
