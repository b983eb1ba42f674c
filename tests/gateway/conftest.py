"""Where the fixtures of the gateway's tests are."""

from collections.abc import AsyncGenerator, Callable

import pytest

from contracts.service import Service
from tests.gateway.stage import Behind, Gateway, behind_on, gateway_on


@pytest.fixture
async def gateway(database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Gateway]:
    async with gateway_on(database_of(Service.GATEWAY), nats_url) as running:
        yield running


@pytest.fixture
async def behind(gateway: Gateway, database_of: Callable[[Service], str], nats_url: str) -> AsyncGenerator[Behind]:
    assert gateway.url
    async with behind_on(database_of(Service.GATEWAY), nats_url) as services:
        yield services
