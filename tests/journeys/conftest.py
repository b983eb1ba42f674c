"""Where a whole Ratchet is started for the journeys, once for all of them."""

from collections.abc import Iterator

import pytest

from stack import temporary
from stack.temporary import Temporary
from tests.journeys.steps import Journey


@pytest.fixture(scope="session")
def system() -> Iterator[Temporary]:
    with temporary.running() as started:
        yield started


@pytest.fixture
def journey(system: Temporary) -> Iterator[Journey]:
    """Give a way into the system, with a task name of this test's own."""
    with Journey(system) as begun:
        yield begun
