"""Where it is said what a way of delivering must be able to do, and how items are put together for it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from ratchet.recording.items import Item


class Line(Protocol):
    """An open way of delivering."""

    async def send(self, sort: str, bodies: Sequence[bytes]) -> Mapping[int, str]:
        """Return once everything is durably accepted; what is wrong for good is named by its place, with the reason.

        Raises `InvalidInput`, `BrokenJson` or `TooLarge` where the whole cannot be accepted as it is, and any other
        `DomainError` where it may be accepted later.
        """
        ...


class Sender(Protocol):
    """A way of delivering: ``label`` names where to, so that nothing spooled for one tenant is sent to another."""

    @property
    def label(self) -> str:
        """A name that a folder may have."""
        ...

    @property
    def most(self) -> "Most":
        """How much may be sent at once."""
        ...

    def open(self) -> AbstractAsyncContextManager[Line]:
        """Open it, also where the other end is away; belongs to the running event loop."""
        ...


@dataclass(frozen=True, slots=True)
class Most:
    """How many items, and how many bytes, may be sent at once."""

    items: int
    bytes: int


def batches(items: Sequence[Item], most: Most) -> Iterator[Sequence[Item]]:
    """Put items of one sort together, as many as may be sent at once."""
    for sort in dict.fromkeys(item.sort for item in items):
        yield from _filled([item for item in items if item.sort == sort], most)


def _filled(items: Sequence[Item], most: Most) -> Iterator[Sequence[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == most.items or size + len(item.body) + 1 > most.bytes):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.body) + 1
    if batch:
        yield batch
