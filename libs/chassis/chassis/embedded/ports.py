"""Where free ports are found, and remembered so that a restart keeps them."""

import socket
import time
from pathlib import Path

LOCALHOST = "127.0.0.1"
GRACE_SECONDS = 1.0


def free() -> int:
    """Return a port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def choose(*preferred: int | None) -> int:
    """Return the first preferred port that is free, or any free one."""
    wanted = (port for port in preferred if port is not None and is_free(port))
    return next(wanted, None) or free()


def remembered(path: Path, *, taken: int | None = None) -> int:
    """Return the port that the file names if it is still free, otherwise a free one, which the file then names.

    It is never the one that is taken: until a server listens on it, the system may well offer it a second time. It is
    waited for a little: a killed program counts as ended before the last of its threads lets go of the port.
    """
    known = _noted(path)
    deadline = time.monotonic() + GRACE_SECONDS
    while known is not None and not is_free(known) and time.monotonic() < deadline:
        time.sleep(0.01)
    port = choose(known if known != taken else None)
    while port == taken:
        port = free()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(port))
    return port


def _noted(path: Path) -> int | None:
    """Read a port; a file that a loss of power left empty names none."""
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
