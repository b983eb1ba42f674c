"""Where the pytest fixtures are: a Postgres for each test process, a NATS and a database for each test."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from chassis.embedded import nats, postgres
from chassis.testing import databases
from chassis.testing.databases import Maintenance
from contracts.service import Service


@pytest.fixture(scope="session")
def maintenance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maintenance]:
    """Give a Postgres to make databases in: RATCHET_TEST_POSTGRES, or an embedded one."""
    if url := os.environ.get("RATCHET_TEST_POSTGRES"):
        yield Maintenance(url)
        return
    with postgres.running(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        yield Maintenance(server.url)


@pytest.fixture
async def database_of(maintenance: Maintenance) -> AsyncIterator[Callable[[Service], str]]:
    """Give a function from a service to the URL of its role in a database of this test's own; schemas are empty."""
    name = await databases.create(maintenance)
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
