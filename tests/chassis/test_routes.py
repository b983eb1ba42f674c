"""Where it is tried that routes are followed, over reconnects too, and that consumers which are gone come back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import nats as client
import pytest

from chassis import service, streams
from chassis.database import EVERY_TENANT
from chassis.embedded import nats
from chassis.testing import parts
from chassis.testing.waiting import eventually
from contracts.api.route import Route
from contracts.errors import UnknownTask
from contracts.service import Service
from contracts.topology import route_subject


def route(revision: int, task: str = "tickets") -> Route:
    now = datetime.now(UTC)
    return Route(task=task, kind="classification", revision=revision, phase="empty", salt="s", since=now)


@pytest.fixture
def server(tmp_path: Path) -> AsyncIterator[Path]:
    folder = tmp_path / "nats"
    nats.start(folder)
    yield folder
    nats.stop(folder)


@pytest.fixture
async def made(database_of: Callable[[Service], str], server: Path) -> AsyncIterator[service.Parts]:
    found = nats.find(server)
    assert found
    settings = parts.settings(database_of(Service.FEEDBACK), found.url, relay_poll_s=0.2)
    async with service.parts(Service.FEEDBACK, settings) as opened:
        await opened.routes.ready.wait()
        yield opened


async def put(made: service.Parts, new: Route) -> None:
    async with made.database.transaction(EVERY_TENANT) as tx:
        tx.put(route_subject("acme", new.task), f"{new.task}:{new.revision}", new.model_dump_json().encode())


async def revision(made: service.Parts, wanted: int) -> bool:
    known = made.routes.find("acme", "tickets")
    return known is not None and known.revision == wanted


async def test_a_route_is_pushed_to_a_service(made: service.Parts) -> None:
    await put(made, route(1))

    await eventually(lambda: revision(made, 1))


async def test_an_old_revision_changes_nothing(made: service.Parts) -> None:
    made.routes.learn("acme", route(5))

    made.routes.learn("acme", route(4))

    assert await revision(made, 5)


async def test_a_route_belongs_to_its_tenant(made: service.Parts) -> None:
    made.routes.learn("acme", route(1))

    assert made.routes.find("other", "tickets") is None


async def test_routes_are_followed_again_after_nats_was_killed(made: service.Parts, server: Path) -> None:
    await put(made, route(1))
    await eventually(lambda: revision(made, 1))

    nats.stop(server, patience=0)
    nats.start(server)
    await put(made, route(2))

    await eventually(lambda: revision(made, 2))


async def test_what_is_said_while_nats_is_down_leaves_when_it_is_back(made: service.Parts, server: Path) -> None:
    nats.stop(server)
    await put(made, route(1))

    await asyncio.sleep(0.5)
    nats.start(server)

    await eventually(lambda: revision(made, 1))


async def test_a_deleted_consumer_is_noticed(nats_url: str) -> None:
    connection = await client.connect(nats_url)
    jetstream = connection.jetstream()
    await streams.bootstrap(jetstream, Service.FEEDBACK, parts.settings("postgresql://", nats_url))
    await jetstream.delete_consumer("EVENTS", "feedback-model-promoted")

    noticed = await streams.problems(jetstream, Service.FEEDBACK)

    await connection.close()
    assert noticed == ("consumer feedback-model-promoted of stream EVENTS is gone",)


async def test_a_deleted_consumer_is_created_again(made: service.Parts) -> None:
    await made.jetstream.delete_consumer("EVENTS", "feedback-model-promoted")

    await eventually(lambda: _whole(made))


async def test_a_task_that_nobody_created_is_unknown_or_its_owner_is_named(made: service.Parts) -> None:
    made.routes.learn("acme", route(1))

    assert (await made.known_tasks.get("acme", "tickets")).revision == 1
    with pytest.raises(Exception, match="registry") as refusal:
        await made.known_tasks.get("acme", "parcels")
    assert not isinstance(refusal.value, UnknownTask)


async def _whole(made: service.Parts) -> bool:
    return not await streams.problems(made.jetstream, Service.FEEDBACK)


async def test_a_service_that_starts_first_waits_for_nats_and_goes_on(
    database_of: Callable[[Service], str], server: Path
) -> None:
    found = nats.find(server)
    assert found
    nats.stop(server)
    settings = parts.settings(database_of(Service.FEEDBACK), found.url)

    async def run() -> bool:
        async with service.parts(Service.FEEDBACK, settings) as opened:
            return opened.nats.is_connected

    starting = asyncio.create_task(run())
    await asyncio.sleep(1)
    waited = not starting.done()
    nats.start(server)

    assert waited
    assert await starting
