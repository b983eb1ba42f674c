"""Where versions are tried: registered once, judged, released by themselves, and found by their own tenant."""

import asyncio

import pytest

from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.api.version import Verdict, VersionStatus
from contracts.commands.dead_letters import ListDeadLetters
from contracts.commands.versions import GetVersion, ListVersions, ResolveTask
from contracts.errors import InvalidInput, UnknownTask, UnknownVersion
from contracts.events.release import ModelPromoted, VersionRegistered
from contracts.service import Service
from contracts.topology import EVENTS_STREAM
from tests.registry.scene import (
    ALIKE,
    WORSE,
    champions,
    create_task,
    register,
    registered,
    route_of,
    said,
    say,
    tell,
    trained,
)


async def test_a_first_version_that_beats_the_commonest_label_serves_at_once(registry: Parts) -> None:
    (version,) = await champions(registry, 1)

    resolution = await tell(registry, ResolveTask(task="tickets", unit="u1"))

    assert (version.number, version.label, version.status) == (1, "1.0.0", VersionStatus.ACTIVE)
    assert (resolution.version_id, resolution.label, resolution.revision) == (version.id, "1.0.0", 2)
    assert version.lineage.keys() >= {"job_id", "parameters", "seed"}


async def test_a_better_version_takes_the_champions_place(registry: Parts) -> None:
    first, second = await champions(registry, 2)

    route = await route_of(registry)

    assert (route.revision, route.phase, [arm.version_id for arm in route.arms]) == (3, "serving", [second.id])
    assert (await registered(registry, first.id)).status is VersionStatus.DEPRECATED


async def test_it_is_said_that_a_version_is_registered_after_its_route_is_put(registry: Parts) -> None:
    (version,) = await champions(registry, 1)

    promoted, told = await said(registry, count=2)

    async def pushed() -> Route | None:
        found = registry.routes.find("acme", "tickets")
        return found if found and found.champion else None

    assert isinstance(promoted, ModelPromoted)
    assert isinstance(told, VersionRegistered)
    assert (promoted.version_id, promoted.previous_version_id, promoted.revision) == (version.id, None, 2)
    assert (told.version_id, told.number, told.verdict, told.promoted) == (version.id, 1, Verdict.SHIP, True)
    assert (await eventually(pushed)).revision == 2


@pytest.mark.parametrize(("counts", "verdict"), [(WORSE, Verdict.ROLLBACK), (ALIKE, Verdict.INCONCLUSIVE)])
async def test_a_version_that_is_not_better_stays_a_candidate(
    registry: Parts, counts: tuple[int, int, int, int], verdict: Verdict
) -> None:
    (champion,) = await champions(registry, 1)

    version = await register(registry, trained(against=champion.id, counts=counts))
    told = (await said(registry, count=3))[-1]

    assert (version.status, version.gate.verdict) == (VersionStatus.CANDIDATE, verdict)
    assert isinstance(told, VersionRegistered)
    assert (told.promoted, told.reasons) == (False, version.gate.reasons)
    assert (await route_of(registry)).arms[0].version_id == champion.id


async def test_a_version_that_may_not_be_released_stays_a_candidate(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)

    version = await register(registry, trained(against=champion.id, auto_release=False))

    assert (version.status, version.gate.verdict) == (VersionStatus.CANDIDATE, Verdict.SHIP)


async def test_a_version_compared_with_a_former_champion_does_not_serve(registry: Parts) -> None:
    first, second = await champions(registry, 2)

    late = await register(registry, trained(against=first.id))

    assert late.gate.reasons == ("The champion changed while training; train again.",)
    assert (await route_of(registry)).arms[0].version_id == second.id


async def test_labels_tell_other_parameters_from_other_rows(registry: Parts) -> None:
    await create_task(registry)

    for epochs in (1, 1, 2, 2):
        await register(registry, trained(parameters={"epochs": epochs}, auto_release=False))
    listed = await tell(registry, ListVersions(task="tickets"))

    assert [version.label for version in listed.items] == ["1.1.1", "1.1.0", "1.0.1", "1.0.0"]


async def test_a_version_that_is_announced_twice_is_registered_once(registry: Parts) -> None:
    await create_task(registry)
    completed = trained()

    await say(registry, completed)
    await say(registry, completed)
    last = await register(registry, trained(auto_release=False))
    listed = await tell(registry, ListVersions(task="tickets"))
    events = await said(registry, count=3)

    assert [version.id for version in listed.items] == [last.id, completed.version_id]
    assert [type(event) for event in events] == [ModelPromoted, VersionRegistered, VersionRegistered]


async def test_an_event_that_is_delivered_again_changes_nothing(registry: Parts) -> None:
    (version,) = await champions(registry, 1)
    stored = await registry.jetstream.get_last_msg(EVENTS_STREAM, "events.acme.training.completed")
    headers = {name: value for name, value in (stored.headers or {}).items() if name != "Nats-Msg-Id"}

    await registry.jetstream.publish("events.acme.training.completed", stored.data or b"", headers=headers)
    await register(registry, trained(auto_release=False))
    listed = await tell(registry, ListVersions(task="tickets"))

    assert [each.number for each in listed.items] == [2, 1]
    assert listed.items[1] == version


async def test_versions_registered_at_once_get_numbers_of_their_own(registry: Parts) -> None:
    await create_task(registry)
    several = [trained(auto_release=False) for _ in range(8)]

    await asyncio.gather(*(say(registry, completed) for completed in several))
    made = [await registered(registry, completed.version_id) for completed in several]

    assert sorted(version.number for version in made) == list(range(1, 9))


async def test_a_training_of_an_unknown_task_is_kept_as_a_dead_letter(registry: Parts) -> None:
    await say(registry, trained("nothing"))

    async def buried() -> list[str] | None:
        page = await tell(registry, ListDeadLetters(service=Service.REGISTRY))
        return [letter.reason for letter in page.items] or None

    assert "no task 'nothing'" in (await eventually(buried))[0]


async def test_versions_are_listed_newest_first_page_after_page(registry: Parts) -> None:
    made = await champions(registry, 3)

    first = await tell(registry, ListVersions(task="tickets", limit=2))
    second = await tell(registry, ListVersions(task="tickets", limit=2, cursor=first.next_cursor))
    former = await tell(registry, ListVersions(task="tickets", status=VersionStatus.DEPRECATED))

    assert [version.number for version in (*first.items, *second.items)] == [3, 2, 1]
    assert second.next_cursor is None
    assert [version.id for version in former.items] == [made[1].id, made[0].id]


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "²", ""])
async def test_a_broken_cursor_of_versions_is_refused(registry: Parts, cursor: str) -> None:
    await create_task(registry)

    with pytest.raises(InvalidInput, match="cursor"):
        await tell(registry, ListVersions(task="tickets", cursor=cursor))


async def test_the_versions_of_an_unknown_task_are_not_an_empty_list(registry: Parts) -> None:
    with pytest.raises(UnknownTask):
        await tell(registry, ListVersions(task="nothing"))


async def test_another_tenants_version_is_unknown(registry: Parts) -> None:
    (version,) = await champions(registry, 1)

    with pytest.raises(UnknownVersion):
        await tell(registry, GetVersion(version_id=version.id), tenant="other")
