"""Where routes are tried to come back by themselves: after NATS lost an entry, and after it lost everything."""

import os
import shutil
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from chassis.embedded import nats
from chassis.service import Parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.topology import ROUTES_BUCKET, route_key
from registry.reconciliation import reconcile
from tests.registry.keeping import kept
from tests.registry.scene import champions, create_task, register, route_of, trained


async def stored(parts: Parts, tenant: str = "acme", task: str = "tickets") -> Route | None:
    try:
        bucket = await parts.jetstream.key_value(ROUTES_BUCKET)
        entry = await bucket.get(route_key(tenant, task))
        return Route.model_validate_json(entry.value or b"")
    except (NatsError, OSError, TimeoutError, ValueError):
        return None


async def settled(parts: Parts, wanted: Route) -> Route:
    async def look() -> Route | None:
        found = await stored(parts, task=wanted.task)
        return found if found == wanted else None

    return await eventually(look)


async def begun(parts: Parts) -> None:
    """Wait until the registry has reconciled by itself, as it does when it starts, lest it do a test's part."""

    async def look() -> bool | None:
        return (await parts.facts["routes"]())["reconciled"] > 0 or None

    await eventually(look)


async def test_a_bucket_that_has_everything_is_left_alone(registry: Parts) -> None:
    await champions(registry, 2)
    await settled(registry, await route_of(registry))

    assert await reconcile(registry.database, registry.jetstream) == 0


@pytest.mark.parametrize("content", ["older", "nonsense", "nothing"])
async def test_a_route_that_is_older_unreadable_or_missing_is_put_again(registry: Parts, content: str) -> None:
    await create_task(registry)
    first = await route_of(registry)
    await register(registry, trained())
    wanted = await route_of(registry)
    await settled(registry, wanted)
    await begun(registry)
    written = {"older": first.model_dump_json().encode(), "nonsense": b"{", "nothing": b""}[content]
    await registry.jetstream.publish(f"$KV.{ROUTES_BUCKET}.acme.tickets", written)

    again = await reconcile(registry.database, registry.jetstream)

    assert again == 1
    assert await settled(registry, wanted) == wanted


async def test_the_routes_of_all_tenants_are_put_again(registry: Parts) -> None:
    tenants = ("acme", "other")
    await begun(registry)
    for tenant in tenants:
        await create_task(registry, tenant=tenant)
        await eventually(lambda tenant=tenant: stored(registry, tenant))
        await registry.jetstream.publish(f"$KV.{ROUTES_BUCKET}.{tenant}.tickets", b"")

    await reconcile(registry.database, registry.jetstream)

    for tenant in tenants:
        await eventually(lambda tenant=tenant: stored(registry, tenant))


@pytest.mark.skipif("RATCHET_TEST_NATS" in os.environ, reason="only a server of the test's own may lose its storage")
async def test_a_nats_that_lost_its_storage_gets_its_routes_back_and_the_registry_goes_on(
    registry: Parts, tmp_path: Path
) -> None:
    await champions(registry, 1)
    wanted = await route_of(registry)
    await settled(registry, wanted)

    server = nats.find(tmp_path / "nats")
    assert server
    nats.stop(tmp_path / "nats")
    with kept(server.port):
        shutil.rmtree(tmp_path / "nats" / "jetstream")
        nats.start(tmp_path / "nats")

    assert await settled(registry, wanted) == wanted
    assert (await register(registry, trained(against=wanted.arms[0].version_id))).number == 2
