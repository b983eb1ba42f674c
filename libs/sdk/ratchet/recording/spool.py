"""Where items are kept on disk until they are delivered: files of lines, written at once and removed as a whole."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ratchet.recording import home
from ratchet.recording.home import Home
from ratchet.recording.items import Item

_log = logging.getLogger("ratchet")
SEGMENT_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Items that are delivered together; those that could not be written to disk have no file."""

    items: Sequence[Item]
    bytes: int
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes may wait on disk, and how many in memory where the disk refuses them."""

    on_disk: int
    in_memory: int


class Spool:
    """The items of one recorder. What is written survives the program at once, and the machine once `sync` was called.

    Belongs to one thread.
    """

    def __init__(self, parent: Path, room: Room) -> None:
        """Claim a folder beside those of other recorders; where that is refused, items are kept in memory."""
        self._room = room
        self._home = _claimed(parent)
        self._sizes: dict[Path, int] = {}
        self._loose: list[Segment] = []
        self.bytes_on_disk = 0
        self.bytes_in_memory = 0
        self._growing: Path | None = None
        self._unsynced: set[Path] = set()

    def has_room(self) -> bool:
        """Say whether more may be written."""
        return self.bytes_on_disk < self._room.on_disk and self.bytes_in_memory < self._room.in_memory

    def append(self, items: Sequence[Item]) -> None:
        """Write items; what the disk refuses is kept in memory."""
        for group in _grouped(items):
            lines = b"".join(item.line() for item in group)
            if not self._write(lines):
                self._loose.append(Segment(group, len(lines)))
                self.bytes_in_memory += len(lines)

    def waits(self) -> bool:
        """Say whether there is anything to deliver."""
        return bool(self._loose or self._sizes)

    def oldest(self) -> Segment:
        """Give what waits longest, to which nothing is added any more; raises `OSError`."""
        if self._loose:
            return self._loose[0]
        file, size = next(iter(self._sizes.items()))
        if file == self._growing:
            self._growing = None
        return Segment(_read(file), size, file)

    def remove(self, segment: Segment) -> None:
        """Forget what was delivered."""
        if segment.file is None:
            self._loose.remove(segment)
            self.bytes_in_memory -= segment.bytes
            return
        segment.file.unlink(missing_ok=True)
        self.bytes_on_disk -= self._sizes.pop(segment.file, 0)
        self._unsynced.discard(segment.file)

    def adopt(self) -> int:
        """Take over what dead recorders left, and say how many files that is; raises `OSError`."""
        adopted = self._home.adopt() if self._home else []
        found = {file: file.stat().st_size for file in adopted}
        self._sizes |= found
        self.bytes_on_disk += sum(found.values())
        return len(found)

    def unsynced(self) -> list[Path]:
        """Give the files that the machine's end would take along."""
        files, self._unsynced = [*self._unsynced], set()
        return files

    def lock(self) -> int | None:
        """Give the lock of the folder, which a forked child has to close."""
        return self._home.lock if self._home else None

    def leave(self) -> None:
        """Give the folder up; what is still in it waits for the next recorder."""
        if self._home:
            self._home.leave()

    def _write(self, lines: bytes) -> bool:
        if self._home is None:
            return False
        if self._growing and self._sizes[self._growing] + len(lines) > SEGMENT_BYTES:
            self._growing = None
        file = self._growing or self._home.new_file()
        before = self._sizes.get(file, 0)
        try:
            _appended(file, lines, before)
        except OSError as full:
            _log.warning("The spool %s cannot be written, items stay in memory: %s", file, full)
            return False
        self._sizes[file] = before + len(lines)
        self.bytes_on_disk += len(lines)
        self._growing = file
        self._unsynced.add(file)
        return True


def sync(files: Sequence[Path]) -> None:
    """Have the operating system write files to the disk; those that are gone were delivered."""
    for file in files:
        with suppress(OSError):
            opened = os.open(file, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def _claimed(parent: Path) -> Home | None:
    try:
        return home.claim(parent)
    except OSError as refusal:
        _log.warning("Nothing can be spooled in %s, items are kept in memory alone: %s", parent, refusal)
        return None


def _appended(file: Path, lines: bytes, before: int) -> None:
    """Append all of it, or nothing."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = 0
        while written < len(lines):
            written += os.pwrite(opened, lines[written:], before + written)
    except OSError:
        os.ftruncate(opened, before)
        raise
    finally:
        os.close(opened)


def _read(file: Path) -> list[Item]:
    """Read what is whole; a line that was cut off belongs to a program that died over it."""
    try:
        lines = file.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        _log.warning("Somebody removed %s, which was not delivered yet.", file)
        return []
    return [item for item in map(Item.read, lines) if item]


def _grouped(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    group: list[Item] = []
    size = 0
    for item in items:
        if group and size + len(item.body) > SEGMENT_BYTES:
            yield group
            group, size = [], 0
        group.append(item)
        size += len(item.body)
    if group:
        yield group
