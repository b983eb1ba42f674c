"""Where the fixture of the tests of reading is."""

from functools import partial
from pathlib import Path

import pytest

from tests.trainer.reading.steps import Try, try_in


@pytest.fixture
def attempt(tmp_path: Path) -> Try:
    """Give a function that reads an upload in a folder of its own."""
    return partial(try_in, tmp_path)
