"""Where an application follows the routes of its tenant, and of no other, with nothing but its credential."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis import nats_connection
from chassis.testing.waiting import eventually
from contracts.api.route import Arm, Route
from contracts.topology import route_subject
from ratchet import Resolver
from ratchet.errors import UnknownTask
from tests.gateway.credentials.yard import ADMITTED, SEEDS, Yard, routes_told, yard_in


def route(revision: int, task: str = "tickets") -> Route:
    arm = Arm(version_id=f"v{revision}", label="1.0.0", artifact="a", weight=1.0)
    return Route(
        task=task, kind="risk", revision=revision, phase="serving", arms=(arm,), salt="s", since=datetime.now(UTC)
    )


async def put(yard: Yard, tenant: str, *routes: Route) -> None:
    for each in routes:
        await yard.root.jetstream().publish(route_subject(tenant, each.task), each.model_dump_json().encode())


async def test_routes_are_known_at_once_and_changes_as_soon_as_they_are_said(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats") as yard:
        await put(yard, "acme", route(1), route(1, "orders"))
        resolver = Resolver(yard.url, SEEDS["desk"], tenant="acme", cache_folder=tmp_path)
        async with routes_told(yard.root) as told, resolver as us:
            first = us.resolve("tickets")
            told.cancel()
            await put(yard, "acme", route(2), route(1, "late"))

            async def arrived() -> bool:
                return us.resolve("tickets").version_id == "v2" and us.route("late") is not None

            assert (first.version_id, first.stale_seconds, us.resolve("orders").version_id) == ("v1", 0, "v1")
            assert await eventually(arrived)


async def test_a_file_with_the_seed_is_as_good(tmp_path: Path) -> None:
    (tmp_path / "seed").write_text(SEEDS["desk"] + "\n")
    async with yard_in(tmp_path / "nats") as yard:
        await put(yard, "acme", route(1))
        credentials = str(tmp_path / "seed")

        async with routes_told(yard.root), Resolver(yard.url, credentials, tenant="acme", cache_folder=tmp_path) as us:
            assert us.resolve("tickets").version_id == "v1"


async def test_another_tenants_routes_stay_unknown(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats") as yard:
        await put(yard, "globex", route(1))
        async with routes_told(yard.root):
            desk = await yard.application("desk")
            told = await desk.client.request("routes.acme", timeout=20)
            thief = Resolver(yard.url, SEEDS["desk"], tenant="globex", cache_folder=tmp_path).start(wait_s=0.5)

            with pytest.raises(UnknownTask):
                thief.resolve("tickets")
            thief.close()

    assert told.data == b"[]"


async def test_who_was_put_out_goes_on_with_what_it_knows_and_comes_back_when_it_may(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats") as yard:
        await put(yard, "acme", route(1))
        resolver = Resolver(yard.url, SEEDS["desk"], tenant="acme", cache_folder=tmp_path)
        async with routes_told(yard.root), resolver as us:
            await yard.admit(())
            await eventually(lambda: _holds(us, "v1", "last known route"))
            await put(yard, "acme", route(2))
            await yard.admit(ADMITTED)

            assert await eventually(lambda: _holds(us, "v2", "route"))


async def test_while_no_service_answers_changes_are_heard_all_the_same(tmp_path: Path) -> None:
    async with yard_in(tmp_path / "nats") as yard:
        await put(yard, "acme", route(1))
        desk = await yard.application("desk")
        changes = await desk.client.subscribe("$KV.routes.acme.*")
        await nats_connection.settle(desk.client)

        await put(yard, "acme", route(2))

        assert Route.model_validate_json((await changes.next_msg(timeout=20)).data).revision == 2


async def _holds(resolver: Resolver, version_id: str, reason: str) -> bool:
    found = resolver.resolve("tickets")
    return (found.version_id, found.reason) == (version_id, reason)
