"""Where the artifact of a prompt that a person wrote is put on the shelf."""

from contracts.ids import new_id
from trainer.artifacts import Shelf
from trainer.executors.frames import Frame
from trainer.trainers.chat import storing


def stored(shelf: Shelf, text: str) -> Frame:
    """Put the artifact on the shelf, unless it is there already, and say how it is found."""
    name = f"prompt-{new_id()}"
    kept = shelf.put_artifact(storing.dump_written(text), shelf.scratch(name, 1))
    shelf.discard(name)
    return kept.model_dump()
