"""Where the registry under test is started, as a whole and in this process."""

from collections.abc import AsyncGenerator, Callable

import pytest

from chassis.service import Parts
from contracts.service import Service
from registry.app import running
from registry.settings import Settings


@pytest.fixture
async def registry(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Parts]:
    settings = Settings(
        database_url=database_of(Service.REGISTRY), nats_url=nats_url, database_connections=6, log_level="warning"
    )
    async with running(settings) as parts:
        yield parts
