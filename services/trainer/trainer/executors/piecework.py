"""Where a child process does one part of a training that was spread over a cluster."""

import os
import pickle
import socket
from base64 import b64decode, b64encode
from typing import Any

from trainer.executors.lifeline import Lifeline

_POLITE = 5


def work(connection: socket.socket) -> None:
    """Do one part and tell what it made, or what it raised."""
    os.nice(_POLITE)
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    lifeline.hold(order["memory_mb"])
    try:
        lifeline.tell({"made": packed(unpacked(order["function"])(unpacked(order["item"])))})
    except MemoryError:
        lifeline.tell({"hungry": order["memory_mb"]})
    except BaseException as raised:
        lifeline.tell({"raised": packed(raised)})
        raise


def packed(thing: object) -> str:
    """Write a thing for another process of this cluster."""
    return b64encode(pickle.dumps(thing)).decode()


def unpacked(text: str) -> Any:  # noqa: ANN401 (it is whatever was packed)
    """Read what `packed` wrote; never to be given anything from elsewhere."""
    return pickle.loads(b64decode(text))  # noqa: S301 (from us, over a wire that runs code anyway)
