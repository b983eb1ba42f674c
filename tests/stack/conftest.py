"""Where the folders of stacks under test are made and cleared."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.embedded import folders
from stack import stopping
from stack.home import Home


@pytest.fixture
def scratch() -> Iterator[Path]:
    with folders.scratch() as folder:
        yield folder


@pytest.fixture
def place(scratch: Path) -> Iterator[Home]:
    home = Home(scratch / ".ratchet")
    yield home
    stopping.stop(home)
