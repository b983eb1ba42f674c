"""Where the clients are closed with which people have logged in."""

from collections.abc import AsyncGenerator

import pytest

from tests.gateway.people import registering


@pytest.fixture(autouse=True)
async def close_clients() -> AsyncGenerator[None]:
    yield
    await registering.close()
