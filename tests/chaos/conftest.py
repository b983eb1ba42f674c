"""Where a whole Ratchet is started that may be killed, once for each test."""

from collections.abc import Iterator

import pytest

from stack import temporary
from tests.journeys.steps import Journey


@pytest.fixture
def journey() -> Iterator[Journey]:
    with temporary.running() as system, Journey(system) as begun:
        yield begun
