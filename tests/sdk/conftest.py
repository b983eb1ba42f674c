"""Where the fake gateway becomes a fixture."""

from collections.abc import Iterator

import pytest

from ratchet import Client
from tests.sdk.fake_gateway import Gateway, running


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running() as gateway:
        yield gateway


@pytest.fixture
def client(gateway: Gateway) -> Iterator[Client]:
    with Client(gateway.url, "rk_test") as client:
        yield client
