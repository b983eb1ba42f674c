"""Where the resolver is held to serving the right version, whatever happens to NATS."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest
from nats.aio.msg import Msg
from nats.js.api import KeyValueConfig
from nats.js.kv import KeyValue

from chassis.embedded import nats as embedded
from chassis.testing.waiting import eventually
from contracts import routing
from contracts.api.route import DELETED, Arm, Resolution, Route
from contracts.topology import ROUTES_BUCKET, route_key, routes_address
from ratchet import Resolver
from ratchet.errors import UnknownTask

TASK = "ticket-category"
NOWHERE = "nats://127.0.0.1:1"
LONG_S = 60.0


def route(revision: int, *weights: float, task: str = TASK) -> Route:
    arms = tuple(
        Arm(version_id=f"v{revision}-{place}", label=f"1.{place}.{revision}", artifact="0" * 64, weight=weight)
        for place, weight in enumerate(weights)
    )
    return Route(
        task=task,
        kind="classification",
        revision=revision,
        phase="serving",
        arms=arms,
        salt="salt",
        since=datetime.now(UTC),
    )


async def open_bucket(url: str) -> tuple[nats.NATS, KeyValue]:
    connection = await nats.connect(url)
    bucket = await connection.jetstream().create_key_value(KeyValueConfig(bucket=ROUTES_BUCKET))
    return connection, bucket


async def put(bucket: KeyValue, served: Route, tenant: str = "acme") -> None:
    await bucket.put(route_key(tenant, served.task), served.model_dump_json().encode())


async def publish(url: str, *routes: Route, tenant: str = "acme") -> None:
    connection, bucket = await open_bucket(url)
    for each in routes:
        await put(bucket, each, tenant)
    await connection.close()


async def resolved_for(opened: Resolver, reason: str) -> Resolution | None:
    found = opened.resolve(TASK)
    return found if found.reason == reason else None


async def known_to(opened: Resolver) -> Resolution | None:
    try:
        return opened.resolve(TASK)
    except UnknownTask:
        return None


def resolver(url: str, folder: Path, **more: dict[str, str]) -> Resolver:
    return Resolver(url, tenant="acme", cache_folder=folder, **more)


async def test_a_route_is_known_as_soon_as_the_resolver_is_open(nats_url: str, tmp_path: Path) -> None:
    await publish(nats_url, route(3, 1.0))

    async with resolver(nats_url, tmp_path) as opened:
        found = opened.resolve(TASK)

    assert (found.version_id, found.label, found.revision) == ("v3-0", "1.0.3", 3)
    assert (found.reason, found.stale_seconds) == ("route", 0)


async def test_a_changed_route_is_pushed_and_need_not_be_asked_for(nats_url: str, tmp_path: Path) -> None:
    connection, bucket = await open_bucket(nats_url)

    async def tell_what_was(request: Msg) -> None:
        await request.respond(f"[{route(1, 1.0).model_dump_json()}]".encode())

    await connection.subscribe(routes_address("acme"), cb=tell_what_was)
    await connection.flush()

    async with resolver(nats_url, tmp_path) as opened:
        await put(bucket, route(2, 1.0))
        await eventually(lambda: at_revision(opened, 2))
    await connection.close()


async def test_an_older_revision_is_ignored(nats_url: str, tmp_path: Path) -> None:
    connection, bucket = await open_bucket(nats_url)
    await put(bucket, route(5, 1.0))

    async with resolver(nats_url, tmp_path) as opened:
        await put(bucket, route(4, 1.0))
        await put(bucket, route(1, 1.0, task="later"))

        async def read_on() -> bool:
            return opened._known.find("later") is not None

        await eventually(read_on)
        assert opened.resolve(TASK).revision == 5
    await connection.close()


async def test_other_tenants_routes_are_unknown(nats_url: str, tmp_path: Path) -> None:
    await publish(nats_url, route(1, 1.0), tenant="globex")

    async with resolver(nats_url, tmp_path) as opened:
        with pytest.raises(UnknownTask, match=TASK):
            opened.resolve(TASK)


async def test_a_task_that_was_deleted_is_unknown(nats_url: str, tmp_path: Path) -> None:
    gone = route(4).model_copy(update={"phase": DELETED})
    await publish(nats_url, route(3, 1.0), gone)

    async with resolver(nats_url, tmp_path) as opened:
        with pytest.raises(UnknownTask):
            opened.resolve(TASK)


async def test_units_are_assigned_as_everywhere_else(nats_url: str, tmp_path: Path) -> None:
    split = route(2, 0.5, 0.3, 0.2)
    await publish(nats_url, split)

    async with resolver(nats_url, tmp_path) as opened:
        found = [opened.resolve(TASK, f"user-{number}").version_id for number in range(300)]

    arms = [routing.choose(split, f"user-{number}") for number in range(300)]
    assert found == [arm.version_id for arm in arms if arm]
    assert len(set(found)) == 3


async def test_the_environment_overrides_the_route(
    nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(nats_url, route(2, 0.6, 0.4))

    async with resolver(nats_url, tmp_path) as opened:
        monkeypatch.setenv("RATCHET_FORCE_TICKET_CATEGORY", "v2-1")
        known = opened.resolve(TASK)
        monkeypatch.setenv("RATCHET_FORCE_TICKET_CATEGORY", "some-other-id")
        unknown = opened.resolve(TASK)

    assert (known.version_id, known.label, known.reason) == ("v2-1", "1.1.2", "override")
    assert (unknown.version_id, unknown.label, unknown.reason) == ("some-other-id", None, "override")


async def test_a_default_serves_where_no_version_does(nats_url: str, tmp_path: Path) -> None:
    await publish(nats_url, route(1), route(1, task="empty"))

    async with resolver(nats_url, tmp_path, defaults={TASK: "v0", "unheard-of": "v9"}) as opened:
        found = [opened.resolve(task) for task in (TASK, "unheard-of", "empty")]

    assert [(each.version_id, each.reason) for each in found] == [("v0", "default"), ("v9", "default"), (None, "route")]


async def test_the_order_is_override_route_default_of_the_task_default_of_the_resolver(
    nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = route(8, 1.0).arms[0]
    connection, bucket = await open_bucket(nats_url)
    found: list[Resolution] = []

    async with resolver(nats_url, tmp_path, defaults={TASK: "mine"}) as opened:
        for served in (route(1), route(2).model_copy(update={"default": default}), route(3, 1.0)):
            await put(bucket, served)
            await eventually(lambda wanted=served.revision: at_revision(opened, wanted))
            found.append(opened.resolve(TASK, "user-1"))
        monkeypatch.setenv("RATCHET_FORCE_TICKET_CATEGORY", "1.0.3")
        found.append(opened.resolve(TASK, "user-1"))
    await connection.close()

    assert [each.version_id for each in found] == ["mine", "v8-0", "v3-0", "v3-0"]
    assert [each.reason for each in found] == ["default", "default", "route", "override"]


async def at_revision(opened: Resolver, revision: int) -> bool:
    return opened.resolve(TASK).revision == revision


async def test_callers_without_a_unit_get_the_champion_however_little_it_has_left(
    nats_url: str, tmp_path: Path
) -> None:
    split = route(4, 0.8, 0.1, 0.1).model_copy(update={"champion_version_id": "v4-2"})
    await publish(nats_url, split)

    async with resolver(nats_url, tmp_path) as opened:
        found = {opened.resolve(TASK).version_id for _ in range(50)}

    assert found == {"v4-2"}


async def test_a_lost_nats_is_followed_again_within_seconds(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    with embedded.running(folder) as server:
        await publish(server.url, route(1, 1.0))

        async with resolver(server.url, tmp_path) as opened:
            await asyncio.to_thread(embedded.stop, folder)
            lost = await eventually(lambda: resolved_for(opened, "last known route"))
            started = await asyncio.to_thread(embedded.start, folder)
            connection = await nats.connect(started.url)
            await put(await connection.jetstream().key_value(ROUTES_BUCKET), route(2, 1.0))
            await connection.close()
            await eventually(lambda: at_revision(opened, 2))
            found = await eventually(lambda: resolved_for(opened, "route"))

    assert (lost.revision, lost.stale_seconds > 0) == (1, True)
    assert (found.revision, found.stale_seconds) == (2, 0)


async def test_the_last_known_route_outlives_nats_and_the_program(nats_url: str, tmp_path: Path) -> None:
    await publish(nats_url, route(7, 1.0))
    async with resolver(nats_url, tmp_path):
        pass

    opened = resolver(NOWHERE, tmp_path).start(LONG_S)
    is_known_to_be_away, found = settled(opened), opened.resolve(TASK)
    opened.close()

    assert (found.revision, found.reason) == (7, "last known route")
    assert found.stale_seconds > 0
    assert is_known_to_be_away


def settled(opened: Resolver) -> bool:
    """Say whether a resolver that was started had found out about NATS, and did not only wait its time."""
    return opened._thread is not None and opened._thread._watch.settled.is_set()


async def test_what_is_kept_gives_way_to_what_is_heard_even_with_a_lower_revision(
    nats_url: str, tmp_path: Path
) -> None:
    async with resolver(NOWHERE, tmp_path) as old:
        old._known.learn(route(9, 1.0))
    await publish(nats_url, route(2, 1.0))

    async with resolver(nats_url, tmp_path) as opened:
        found = opened.resolve(TASK)

    assert (found.revision, found.reason) == (2, "route")


async def test_a_kept_file_that_is_broken_is_left_alone(nats_url: str, tmp_path: Path) -> None:
    (tmp_path / "routes-acme.json").write_text("{")
    await publish(nats_url, route(1, 1.0))

    async with resolver(nats_url, tmp_path) as opened:
        assert opened.resolve(TASK).revision == 1


def test_a_resolver_in_a_thread_serves_plain_programs(nats_url: str, tmp_path: Path) -> None:
    asyncio.run(publish(nats_url, route(1, 1.0)))

    with resolver(nats_url, tmp_path) as opened:
        found = opened.resolve(TASK, "user-1")

    assert found.reason == "route"
    assert opened.resolve(TASK).version_id == "v1-0"
