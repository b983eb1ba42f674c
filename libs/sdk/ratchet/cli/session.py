"""Where commands get their client."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratchet.client import Client


@contextmanager
def connected() -> Generator["Client"]:
    """Give a client of the gateway that is known here; imported here, because HTTP takes its time to load."""
    from ratchet.client import Client  # noqa: PLC0415

    with Client() as client:
        yield client
