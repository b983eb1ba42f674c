"""Where items wait in memory for the moment until they are on disk."""

import threading
from collections.abc import Sequence

from ratchet.recording.items import Item


class Buffer:
    """Items of so many bytes at most; filled by any thread without waiting, emptied by one."""

    def __init__(self, most_bytes: int) -> None:
        """Begin empty."""
        self._most_bytes = most_bytes
        self._items: list[Item] = []
        self._bytes = 0
        self._lock = threading.Lock()
        self.dropped = 0

    def put(self, item: Item) -> int:
        """Take an item in and say how many wait now; one for which there is no room is dropped, and counted: 0."""
        with self._lock:
            if self._bytes + len(item.body) > self._most_bytes:
                self.dropped += 1
                return 0
            self._items.append(item)
            self._bytes += len(item.body)
            return len(self._items)

    def first(self) -> Sequence[Item]:
        """Give everything that waits now; it stays until it is forgotten."""
        with self._lock:
            return tuple(self._items)

    def forget(self, items: Sequence[Item]) -> None:
        """Let go of the items that were given."""
        with self._lock:
            del self._items[: len(items)]
            self._bytes -= sum(len(item.body) for item in items)

    def waiting(self) -> int:
        """Say how many items wait."""
        return len(self._items)
