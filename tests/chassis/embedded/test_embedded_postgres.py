"""Where the embedded Postgres is held to what it promises."""

import asyncio
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from chassis.embedded import cluster, folders, postgres, processes


@pytest.fixture
def folder() -> Iterator[Path]:
    with folders.scratch() as scratch:
        place = scratch / "postgres"
        yield place
        postgres.stop(place)


def query(url: str, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_it_starts_in_an_empty_folder_and_answers(folder: Path) -> None:
    with postgres.running(folder, durable=False) as server:
        version = query(server.url, "SHOW server_version")

    assert str(version).startswith("18.")


def test_rows_and_port_are_the_same_after_a_restart(folder: Path) -> None:
    with postgres.running(folder, durable=False) as first:
        query(first.url, "CREATE TABLE kept AS SELECT 7 AS number")

    with postgres.running(folder, durable=False) as second:
        number = query(second.url, "SELECT number FROM kept")

    assert (number, second.port) == (7, first.port)


def test_rows_survive_a_kill_of_the_server(folder: Path) -> None:
    killed = postgres.start(folder, durable=True)
    query(killed.url, "CREATE TABLE kept AS SELECT 7 AS number")

    processes.end([psutil.Process(killed.pid)], patience=0)
    restarted = postgres.start(folder, durable=True)

    assert query(restarted.url, "SELECT number FROM kept") == 7
    assert restarted.pid != killed.pid


def test_a_lock_file_that_names_a_stranger_is_not_believed(folder: Path) -> None:
    postgres.start(folder, durable=False)
    lock = cluster.location(folder) / "postmaster.pid"
    written = lock.read_text().splitlines()
    postgres.stop(folder)
    lock.write_text("\n".join([str(os.getpid()), *written[1:]]) + "\n")

    found = postgres.find(folder)
    server = postgres.start(folder, durable=False)

    assert found is None
    assert query(server.url, "SELECT 1") == 1


def test_starting_a_running_server_returns_it(folder: Path) -> None:
    first = postgres.start(folder, durable=False)

    second = postgres.start(folder, durable=False)

    assert second == first


def test_another_port_is_taken_where_the_old_one_is_not_free(folder: Path) -> None:
    with postgres.running(folder, durable=False) as first:
        pass

    with socket.create_server(("127.0.0.1", first.port)), postgres.running(folder, durable=False) as second:
        answer = query(second.url, "SELECT 1")

    assert answer == 1
    assert second.port != first.port


def test_a_wrong_password_is_refused(folder: Path) -> None:
    server = postgres.start(folder, durable=False)

    with pytest.raises(asyncpg.InvalidPasswordError):
        query(server.url.replace(server.superuser_password, "guess"), "SELECT 1")


def test_the_password_is_readable_by_its_owner_only(folder: Path) -> None:
    postgres.start(folder, durable=False)

    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
def test_writes_reach_the_disk_unless_a_test_asked_otherwise(folder: Path, durable: bool, expected: str) -> None:  # noqa: FBT001
    server = postgres.start(folder, durable=durable)

    assert query(server.url, "SHOW fsync") == expected
    assert query(server.url, "SHOW synchronous_commit") == "on"


def test_nothing_runs_after_a_stop(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]

    postgres.stop(folder)

    assert not processes.wait(family, patience=0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root keeps its data elsewhere")
def test_root_keeps_its_data_where_the_account_can_reach_it(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o700)

    server = postgres.start(folder, durable=False)

    assert psutil.Process(server.pid).uids().real != 0
    assert (folder / folders.ELSEWHERE).is_symlink()
