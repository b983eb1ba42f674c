"""Where a port is kept for the one program that is meant to listen on it."""

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager

from chassis.embedded.ports import LOCALHOST

_PATIENCE_S = 30.0


@contextmanager
def kept(port: int = 0) -> Generator[int]:
    """Give a port, or this one once it is free, which the system gives nobody else; a server may yet listen on it."""
    deadline = time.monotonic() + _PATIENCE_S
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while not _binds(keeper, port):
            assert time.monotonic() < deadline, f"somebody else has port {port}"
            time.sleep(0.01)
        yield int(keeper.getsockname()[1])


def _binds(keeper: socket.socket, port: int) -> bool:
    try:
        keeper.bind((LOCALHOST, port))
    except OSError:
        return False
    return True
