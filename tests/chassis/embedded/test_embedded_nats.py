"""Where the embedded NATS is held to what it promises."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import nats as client
import psutil
import pytest
from nats.aio.client import Client
from nats.errors import Error

from chassis import nats_connection, nkey
from chassis.embedded import nats, processes
from chassis.embedded.nats_config import NkeyUser, PasswordUser

PATIENCE_S = 30


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "nats"
    yield place
    nats.stop(place)


async def store_one(url: str) -> None:
    connection = await client.connect(url)
    await connection.jetstream().add_stream(name="KEPT", subjects=["kept.>"])
    await connection.jetstream().publish("kept.one", b"1")
    await connection.close()


async def stored(url: str) -> int:
    connection = await client.connect(url)
    found = await connection.jetstream().stream_info("KEPT")
    await connection.close()
    return found.state.messages


async def refusals(url: str, seed: str, *subjects: str) -> list[str]:
    heard: list[str] = []

    async def hear(problem: Exception) -> None:
        heard.append(str(problem))

    connection = await client.connect(url, nkeys_seed_str=seed, error_cb=hear)
    for subject in subjects:
        await connection.publish(subject, b"")
    await nats_connection.settle(connection)
    await connection.close()
    return heard


async def rejection(url: str, seed: str) -> str:
    connection = Client()
    try:
        await connection.connect(url, nkeys_seed_str=seed, allow_reconnect=False, connect_timeout=PATIENCE_S)
    except Error as refused:
        return str(refused)
    finally:
        await connection.close()
    return "let in"


def user(seed: str, *publish: str) -> NkeyUser:
    return NkeyUser(nkey.public_key(seed), publish_allow=publish, subscribe_allow=("_INBOX.>",))


def test_the_two_ports_of_a_server_are_never_the_same(folder: Path) -> None:
    folder.mkdir()
    for name in ("port", "monitoring-port"):
        (folder / name).write_text("45671")

    server = nats.start(folder)

    assert server.port != server.monitoring_port


def test_messages_and_port_are_the_same_after_a_restart(folder: Path) -> None:
    with nats.running(folder) as first:
        asyncio.run(store_one(first.url))

    with nats.running(folder) as second:
        count = asyncio.run(stored(second.url))

    assert (count, second.port) == (1, first.port)


def test_messages_survive_a_kill_of_the_server(folder: Path) -> None:
    killed = nats.start(folder)
    asyncio.run(store_one(killed.url))

    processes.end([psutil.Process(killed.pid)], patience=0)
    restarted = nats.start(folder)

    assert asyncio.run(stored(restarted.url)) == 1
    assert restarted.pid != killed.pid


def test_starting_a_running_server_returns_it(folder: Path) -> None:
    first = nats.start(folder)

    second = nats.start(folder)

    assert second == first


def test_another_port_is_taken_where_the_old_one_is_not_free(folder: Path) -> None:
    with nats.running(folder) as first:
        pass

    with socket.create_server(("127.0.0.1", first.port)), nats.running(folder) as second:
        pass

    assert second.port != first.port


def test_a_pid_file_that_names_a_stranger_is_not_believed(folder: Path) -> None:
    nats.start(folder)
    nats.stop(folder)
    (folder / "pid").write_text(str(os.getpid()))

    assert nats.find(folder) is None


def test_a_user_may_publish_to_its_own_subjects_only(folder: Path) -> None:
    seed = nkey.new_seed()

    with nats.running(folder, [user(seed, "mine.>")]) as server:
        heard = asyncio.run(refusals(server.url, seed, "mine.one", "theirs.one"))

    assert len(heard) == 1
    assert "theirs.one" in heard[0]


def test_a_user_without_subjects_may_publish_nothing(folder: Path) -> None:
    seed = nkey.new_seed()

    with nats.running(folder, [user(seed)]) as server:
        heard = asyncio.run(refusals(server.url, seed, "anything"))

    assert "anything" in heard[0]


def test_a_stranger_is_not_let_in(folder: Path) -> None:
    with nats.running(folder, [user(nkey.new_seed(), ">")]) as server:
        heard = asyncio.run(rejection(server.url, nkey.new_seed()))

    assert "Authorization Violation" in heard


def test_a_user_added_later_is_let_in_and_the_others_stay_connected(folder: Path) -> None:
    old, new = nkey.new_seed(), nkey.new_seed()
    server = nats.start(folder, [user(old, ">")])

    async def join() -> tuple[bool, bool]:
        patient = {"allow_reconnect": False, "connect_timeout": PATIENCE_S}
        early = await client.connect(server.url, nkeys_seed_str=old, **patient)
        nats.reload(folder, [user(old, ">"), user(new, ">")])
        late = await client.connect(server.url, nkeys_seed_str=new, **patient)
        await early.flush()
        states = (early.is_connected, late.is_connected)
        await early.close()
        await late.close()
        return states

    assert asyncio.run(join()) == (True, True)


def test_the_streams_of_a_server_without_users_are_the_services_once_it_has_some(folder: Path) -> None:
    before = nats.start(folder)
    asyncio.run(store_one(before.url))

    after = nats.start(folder, [PasswordUser("anyone", "pw", (">",), (">",))])

    assert asyncio.run(stored(after.url.replace("nats://", "nats://anyone:pw@"))) == 1
    assert after.pid != before.pid
