"""Where it is tried who may do what on the local stack's database and broker."""

import asyncio
import json

import asyncpg
import nats as client
import pytest

from chassis import nats_connection, nkey
from chassis.embedded import nats_config
from stack import keys, stopping
from stack.home import Home
from tests.stack.steps import execute, role_url, up


def test_a_service_owns_its_schema_and_finds_it_first(place: Home) -> None:
    up(place)

    execute(role_url(place, "trainer"), "CREATE TABLE jobs (id int)", "INSERT INTO trainer.jobs VALUES (1)")


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM gateway.users", "CREATE TABLE gateway.mine ()", "CREATE TABLE public.mine ()"]
)
def test_role_trainer_is_kept_out_of_the_schema_of_gateway(place: Home, statement: str) -> None:
    up(place)
    execute(role_url(place, "gateway"), "CREATE TABLE users (id int)")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        execute(role_url(place, "trainer"), statement)


def test_a_service_cannot_publish_as_another(place: Home) -> None:
    started, known, heard = up(place), keys.read(place), list[str]()
    assert known is not None

    async def hear(problem: Exception) -> None:
        heard.append(str(problem))

    async def publish() -> None:
        connection = await client.connect(
            bare(started.local.nats_url), nkeys_seed_str=known.seeds["trainer"], error_cb=hear
        )
        for subject in ("trainer.own", "gateway.other"):
            await connection.publish(subject, b"")
        await nats_connection.settle(connection)
        await connection.close()

    asyncio.run(publish())

    assert len(heard) == 1
    assert "gateway.other" in heard[0]


def test_an_application_that_the_gateway_let_in_stays_so_through_stops_and_starts(place: Home) -> None:
    seed = nkey.new_seed()
    up(place)
    applications = {"tenant-acme": {"users": [{"nkey": nkey.public_key(seed)}]}}
    (place.nats / nats_config.APPLICATIONS).write_text(json.dumps(applications))

    stopping.stop(place)
    second = up(place)

    asyncio.run(connects(bare(second.local.nats_url), seed))


def test_a_program_of_the_first_tenant_connects_by_the_url_and_reports_for_its_tenant_alone(place: Home) -> None:
    started, heard = up(place), list[str]()

    async def hear(problem: Exception) -> None:
        heard.append(str(problem))

    async def publish() -> None:
        connection = await client.connect(started.local.nats_url, error_cb=hear)
        for subject in ("ingest.acme.feedback", "ingest.other.feedback", "events.acme.model.promoted"):
            await connection.publish(subject, b"")
        for subject in ("events.acme.>", "events.other.>", "_INBOX.gateway.>"):
            await connection.subscribe(subject)
        await nats_connection.settle(connection)
        await connection.close()

    asyncio.run(publish())

    refused = " ".join(heard)
    assert len(heard) == 4
    assert all(name in refused for name in ("ingest.other", "events.acme.model.promoted", "events.other", "gateway"))


def bare(url: str) -> str:
    return f"nats://{url.rpartition('@')[2]}"


async def connects(url: str, seed: str) -> None:
    connection = await client.connect(url, nkeys_seed_str=seed, allow_reconnect=False, connect_timeout=30)
    await connection.publish("ingest.acme.feedback", b"{}")
    await connection.flush()
    await connection.close()
