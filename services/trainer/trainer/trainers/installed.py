"""Where a kind's name leads to its code: ours, and those that other installed packages bring."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from trainer.trainers.kind import Kind

GROUP = "ratchet.kinds"
NAMES = ("actions", "chat", "classification", "forecast", "rag", "risk", "workflows")
OURS = tuple(EntryPoint(name, f"trainer.trainers.{name}:kind", GROUP) for name in NAMES)


class UnknownKind(Exception):
    """No kind of this name is installed; the message names those that are."""


def find(name: str) -> Kind[Any]:
    """The kind called `name`. Ours cannot be replaced by another package's. Raises `UnknownKind`."""
    found = _entries().get(name)
    if found is None:
        raise UnknownKind(f"There is no kind '{name}'; installed are: {', '.join(names())}.")
    kind: object = found.load()
    if not isinstance(kind, Kind):
        raise UnknownKind(f"The entry point of kind '{name}', {found.value}, does not lead to a Kind.")
    return kind


def names() -> list[str]:
    """The names of all installed kinds, in alphabetical order; loads none of them."""
    return sorted(_entries())


def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in (*entry_points(group=GROUP), *OURS)}
