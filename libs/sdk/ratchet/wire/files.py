"""Where files are sent in forms and received, piece by piece, with word of how far it is."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from contracts.errors import InvalidInput
from contracts.ids import new_id

BLOCK = 2**18
OnProgress = Callable[[int, int | None], None]
"""Is told how many bytes have been sent or received, and of how many, if that is known."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart form with fields and a file: one that is read anew each time it is sent, or an open one."""

    fields: Mapping[str, str]
    file: Path | BinaryIO
    name: str
    on_progress: OnProgress | None = None
    boundary: str = field(default_factory=new_id)
    start: int | None = field(init=False)

    def __post_init__(self) -> None:
        """Remember where an open file stands, so that it is always sent from there."""
        position = self.file.tell() if not isinstance(self.file, Path) and self.file.seekable() else None
        object.__setattr__(self, "start", position)

    @property
    def repeatable(self) -> bool:
        """Say whether the file can be sent again."""
        return isinstance(self.file, Path) or self.start is not None

    def headers(self) -> dict[str, str]:
        """Give the headers; the length only where the file's is known."""
        size = self.size()
        around = len(self._head()) + len(self._tail())
        length = {} if size is None else {"Content-Length": str(size + around)}
        return {"Content-Type": f"multipart/form-data; boundary={self.boundary}"} | length

    def size(self) -> int | None:
        """Give the size of the file from where it is read; None for what cannot be measured, such as a pipe."""
        if isinstance(self.file, Path):
            return self.file.stat().st_size
        if self.start is None:
            return None
        end = self.file.seek(0, os.SEEK_END)
        self.file.seek(self.start)
        return end - self.start

    def blocks(self) -> Iterator[bytes]:
        """Give the form piece by piece."""
        size, sent = self.size(), 0
        yield self._head()
        for block in self._file_blocks():
            yield block
            sent += len(block)
            if self.on_progress:
                self.on_progress(sent, size)
        yield self._tail()

    async def awaited_blocks(self) -> AsyncIterator[bytes]:
        """Give the form piece by piece; the file is read in a thread."""
        blocks = self.blocks()
        while block := await asyncio.to_thread(next, blocks, b""):
            yield block

    def _file_blocks(self) -> Iterator[bytes]:
        if isinstance(self.file, Path):
            with self.file.open("rb") as opened:
                yield from _blocks(opened)
            return
        if self.start is not None:
            self.file.seek(self.start)
        yield from _blocks(self.file)

    def _head(self) -> bytes:
        quoted = self.name.replace("\\", "_").replace('"', "'").replace("\r", " ").replace("\n", " ")
        parts = [
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.fields.items()
        ]
        disposition = f'Content-Disposition: form-data; name="file"; filename="{quoted}"'
        return f"{''.join(parts)}--{self.boundary}\r\n{disposition}\r\n\r\n".encode()

    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a received file goes: to a name of its own beside the wanted one until it is whole."""

    path: Path
    on_progress: OnProgress | None = None

    def receive(self, blocks: Iterable[bytes], size: int | None) -> None:
        """Write the blocks, then give the file its name."""
        received = 0
        with self._unfinished() as file:
            for block in blocks:
                received += file.write(block)
                self._tell(received, size)

    async def receive_awaited(self, blocks: AsyncIterator[bytes], size: int | None) -> None:
        """Write the blocks as they come, then give the file its name."""
        received = 0
        with self._unfinished() as file:
            async for block in blocks:
                received += await asyncio.to_thread(file.write, block)
                self._tell(received, size)

    @contextmanager
    def _unfinished(self) -> Generator[BinaryIO]:
        """Open a file that gets its name once it is whole, and is gone where it never is."""
        unfinished = self.path.with_name(f"{self.path.name}.{new_id()}.part")
        try:
            with unfinished.open("wb") as file:
                yield file
            unfinished.replace(self.path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def _tell(self, received: int, size: int | None) -> None:
        if self.on_progress:
            self.on_progress(received, size)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def readable(path: str | Path) -> Path:
    """Give the path of a file that can be read; raises `InvalidInput`."""
    found = Path(path)
    if not found.is_file():
        raise InvalidInput.at("file", f"there is no file {str(found)!r}")
    return found
