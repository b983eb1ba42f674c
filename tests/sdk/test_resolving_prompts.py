"""Where the resolver is held to giving the right prompt, whatever happens to NATS."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from chassis import nkey, streams
from chassis.embedded import nats as embedded
from chassis.embedded import nats_config
from chassis.embedded.nats_config import NkeyUser
from chassis.testing.waiting import eventually
from contracts import routing, topology
from contracts.api.prompt import ActivePrompt, ServedPrompt
from contracts.api.route import Arm, Route
from contracts.errors import DomainError
from contracts.topology import local_permissions, prompt_subject, route_subject
from ratchet import Resolver
from ratchet.errors import NothingServes, Unavailable, UnknownTask
from tests.sdk.test_resolver import LONG_S, NOWHERE, settled

TASK = "helpdesk"
LONG = "Zeile mit Ümläuten, 漢字 und 🙂.\n" * 6_000


def route(revision: int, *versions: str, kind: str = "chat") -> Route:
    arms = [Arm(version_id=each, label="1.0.0", artifact="a", weight=1 / len(versions)) for each in versions]
    return Route(
        task=TASK, kind=kind, revision=revision, phase="serving", arms=tuple(arms), salt="s", since=datetime.now(UTC)
    )


@asynccontextmanager
async def registry(url: str) -> AsyncGenerator[Client]:
    """Be the registry: the buckets are there, and may be written."""
    connection = await nats.connect(url)
    for stream in (streams.routes_stream(), streams.prompts_stream()):
        await connection.jetstream().add_stream(stream)
    yield connection
    await connection.close()


async def put(connection: Client, served: Route, tenant: str = "acme", **texts: str) -> None:
    """Put texts by version, and then the route."""
    for number, (version, text) in enumerate(texts.items(), 1):
        prompt = ServedPrompt(task=TASK, version_id=version, number=number, label="1.0.0", text=text)
        await connection.jetstream().publish(prompt_subject(tenant, version), prompt.model_dump_json().encode())
    await connection.jetstream().publish(route_subject(tenant, TASK), served.model_dump_json().encode())


def resolver(url: str, folder: Path, **more: str) -> Resolver:
    return Resolver(url, tenant="acme", cache_folder=folder, **more)


async def prompt_of(opened: Resolver, version: str) -> ActivePrompt | None:
    try:
        found = opened.prompt(TASK)
    except DomainError:
        return None
    return found if found.version_id == version else None


@pytest.mark.parametrize("text", ["Be kind.", LONG[:200_000]])
async def test_a_prompt_is_known_as_soon_as_the_resolver_is_open(nats_url: str, tmp_path: Path, text: str) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(3, "v1"), v1=text)

        async with resolver(nats_url, tmp_path) as opened:
            found = opened.prompt(TASK)

    assert (found.text, found.version_id, found.number, found.revision) == (text, "v1", 1, 3)
    assert (found.reason, found.stale_seconds) == ("route", 0)


async def test_the_text_is_there_whenever_the_route_is(nats_url: str, tmp_path: Path) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(1, "v0"), v0="text 0")
        async with resolver(nats_url, tmp_path) as opened:
            for number in range(1, 30):
                version = f"v{number}"
                await put(connection, route(number + 1, version), **{version: f"text {number}"})
                while (found := opened.prompt(TASK)).version_id != version:
                    await nats_turn(connection)

                assert found.text == f"text {number}"


async def nats_turn(connection: Client) -> None:
    await connection.flush()


async def test_each_unit_gets_the_text_of_its_version(nats_url: str, tmp_path: Path) -> None:
    split = route(1, "v1", "v2")
    async with registry(nats_url) as connection:
        await put(connection, split, v1="one", v2="two")

        async with resolver(nats_url, tmp_path) as opened:
            found = [opened.prompt(TASK, f"user-{number}") for number in range(100)]

    arms = [routing.choose(split, f"user-{number}") for number in range(100)]
    assert [each.version_id for each in found] == [arm.version_id for arm in arms if arm]
    assert {each.text for each in found} == {"one", "two"}


async def test_the_last_known_prompt_outlives_nats_and_the_program(nats_url: str, tmp_path: Path) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(7, "v1"), v1="Be kind.")
        async with resolver(nats_url, tmp_path):
            pass

    opened = resolver(NOWHERE, tmp_path).start(LONG_S)
    is_known_to_be_away, found = settled(opened), opened.prompt(TASK)
    opened.close()

    assert (found.text, found.revision, found.reason) == ("Be kind.", 7, "last known route")
    assert found.stale_seconds > 0
    assert is_known_to_be_away


async def test_what_no_route_names_any_more_is_not_kept_on_disk(nats_url: str, tmp_path: Path) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(1, "v1"), v1="one")
        async with resolver(nats_url, tmp_path) as opened:
            await put(connection, route(2, "v2"), v2="two")
            await eventually(lambda: prompt_of(opened, "v2"))

    kept = (tmp_path / "prompts-acme.json").read_text()
    assert ("one" in kept, "two" in kept) == (False, True)


async def test_a_broken_file_is_left_alone(nats_url: str, tmp_path: Path) -> None:
    (tmp_path / "prompts-acme.json").write_text("{")
    async with registry(nats_url) as connection:
        await put(connection, route(1, "v1"), v1="one")

        async with resolver(nats_url, tmp_path) as opened:
            assert opened.prompt(TASK).text == "one"


async def test_a_text_that_is_missing_is_said_to_be_so_and_the_route_serves_all_the_same(
    nats_url: str, tmp_path: Path
) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(1, "v1"))

        async with resolver(nats_url, tmp_path) as opened:
            assert opened.resolve(TASK).version_id == "v1"
            with pytest.raises(Unavailable, match="v1"):
                opened.prompt(TASK)


async def test_nothing_serves_or_is_known(nats_url: str, tmp_path: Path) -> None:
    async with registry(nats_url) as connection:
        await put(connection, route(1))

        async with resolver(nats_url, tmp_path) as opened:
            with pytest.raises(NothingServes):
                opened.prompt(TASK)
            with pytest.raises(UnknownTask):
                opened.prompt("unheard-of")


async def test_a_program_beside_a_local_system_reads_only_its_own_tenants_prompts(tmp_path: Path) -> None:
    seed, root = nkey.new_seed(), nkey.new_seed()
    key, allowed = nkey.public_key(seed), local_permissions("acme")
    inboxes = (f"_INBOX.{key}.>", *(each for each in allowed.subscribe if each != "_INBOX.>"))
    users = [nats_config.everything(root), NkeyUser(key, allowed.publish, inboxes)]
    with embedded.running(tmp_path / "server", users=users) as server:
        connection = await nats.connect(server.url, nkeys_seed_str=root)
        for stream in (streams.routes_stream(), streams.prompts_stream()):
            await connection.jetstream().add_stream(stream)
        await put(connection, route(1, "v1"), v1="ours")
        await put(connection, route(1, "v9"), tenant="globex", v9="theirs")
        await connection.close()

        async with Resolver(server.url, seed, tenant="acme", cache_folder=tmp_path) as opened:
            found = opened.prompt(TASK)
        stranger = await nats.connect(server.url, nkeys_seed_str=seed, inbox_prefix=f"_INBOX.{key}")
        with pytest.raises(nats.errors.TimeoutError):
            await stranger.request(topology.prompt_address("globex", "v9"), timeout=0.3)
        await stranger.close()

    assert found.text == "ours"
