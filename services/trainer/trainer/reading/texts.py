"""Where text files are opened, and cut into pieces of like size whatever their rows are like."""

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from trainer.reading.shapes import Nature

Item = TypeVar("Item")

_PIECE_BYTES = 8 * 2**20
_LOOK_EVERY = 256


class Text:
    """An open text file that knows how far it has been read."""

    def __init__(self, raw: io.BufferedReader, file: io.TextIOWrapper, size: int) -> None:
        self.file = file
        self._raw = raw
        self._size = size

    @property
    def fraction(self) -> float:
        """How much of the file has been read, from 0 to 1."""
        return min(1.0, self._raw.tell() / max(1, self._size))

    def piece(self, items: Iterator[Item], most: int) -> list[Item]:
        """Give the next items, that are read from this file: so many at most, of about eight megabytes at most."""
        taken: list[Item] = []
        begin = self._raw.tell()
        for item in items:
            taken.append(item)
            if len(taken) == most or (not len(taken) % _LOOK_EVERY and self._raw.tell() - begin > _PIECE_BYTES):
                break
        return taken


@contextmanager
def opened(path: Path, nature: Nature, *, newline: str | None = None) -> Generator[Text]:
    """Open a text file in the encoding that was found."""
    with path.open("rb") as raw:
        file = io.TextIOWrapper(raw, nature.encoding, nature.errors, newline)
        yield Text(raw, file, path.stat().st_size)
