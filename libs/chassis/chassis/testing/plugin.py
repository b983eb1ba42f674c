"""Where the pytest fixtures are: a Postgres for each test process, a NATS and a database for each test."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.embedded import nats, postgres
from chassis.testing import databases, memory
from chassis.testing.databases import Maintenance
from contracts.service import Service


@pytest.fixture(scope="session")
def maintenance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintenance]:
    """Give a Postgres to make databases in: RATCHET_TEST_POSTGRES, or an embedded one."""
    with _postgres(tmp_path_factory) as url:
        begun = asyncio.run(databases.begin(url))
        yield begun
        asyncio.run(databases.end(begun))


@pytest.fixture
async def database_of(maintenance: Maintenance) -> AsyncIterator[Callable[[Service], str]]:
    """Give a function from a service to the URL of its role in a database of this test's own, which is migrated."""
    name = await databases.create(maintenance)
    yield lambda service: databases.url_of(maintenance, name, service)
    await databases.drop(maintenance, name)


@pytest.fixture
async def empty_database_of(maintenance: Maintenance) -> AsyncIterator[Callable[[Service], str]]:
    """Give what `database_of` gives, of a database whose schemas are empty."""
    name = await databases.create_empty(maintenance)
    yield lambda service: databases.url_of(maintenance, name, service)
    await databases.drop(maintenance, name)


@pytest.fixture
def nats_url(tmp_path: Path) -> Iterator[str]:
    """Give a NATS server without users: RATCHET_TEST_NATS (shared then), or an embedded one of this test's own."""
    if url := os.environ.get("RATCHET_TEST_NATS"):
        yield url
        return
    with nats.running(tmp_path / "nats") as server:
        yield server.url


@contextmanager
def _postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    if url := os.environ.get("RATCHET_TEST_POSTGRES"):
        yield url
        return
    with (
        memory.folder(tmp_path_factory.mktemp("postgres")) as folder,
        postgres.running(folder, durable=False) as server,
    ):
        yield server.url
