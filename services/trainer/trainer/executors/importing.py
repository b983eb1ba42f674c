"""Where a child process takes a file in as an artifact, once the kind has loaded it."""

import socket
from hashlib import sha256

from trainer import artifacts
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind
from trainer.trainers.kind import UnreadableArtifact


def take(connection: socket.socket) -> None:
    """Keep an upload under its hash, and say so; whatever is no artifact of the kind is refused."""
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    try:
        lifeline.tell({"result": _taken(order)})
    except UnreadableArtifact as broken:
        lifeline.tell({"refused": f"file: is no artifact that a {order['kind']} task can load: {broken}"})
    except UnknownKind as unknown:
        lifeline.tell({"refused": str(unknown)})
    except FileNotFoundError:
        lifeline.tell({"refused": "file: the upload is gone; send it again"})


def _taken(order: Frame) -> Frame:
    shelf, kind = artifacts.shelf(order["artifacts_url"]), installed.find(order["kind"])
    content = shelf.files.read(shelf.upload(order["upload"]))
    if sha256(content).hexdigest() != order["sha256"]:
        raise UnreadableArtifact("it was altered on its way")
    kind.load(content)
    return shelf.put_artifact(content, shelf.scratch("imports", 1)).model_dump()
