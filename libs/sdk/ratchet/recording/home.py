"""Where each running recorder has a folder of its own, and takes over what the folders of dead ones still hold."""

import fcntl
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contracts.ids import new_id

SUFFIX = ".lines"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder, and the lock that the operating system holds on it for as long as this program lives."""

    folder: Path
    lock: int

    def new_file(self) -> Path:
        """Name a file that is not there yet; names sort by the time they were given."""
        return self.folder / f"{new_id()}{SUFFIX}"

    def files(self) -> list[Path]:
        """Give the files, oldest first."""
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def adopt(self) -> list[Path]:
        """Take over the files of recorders that are dead, and give those."""
        found: list[Path] = []
        for other in self.folder.parent.iterdir():
            if other != self.folder and other.is_dir() and not other.name.startswith("."):
                found += self._moved_from(other)
        return found

    def leave(self) -> None:
        """Give the folder up, for the next recorder to find; one that holds nothing is removed."""
        if not self.files():
            shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)

    def _moved_from(self, other: Path) -> list[Path]:
        with suppress(OSError):
            lock = _locked(other)
            try:
                moved = [file.rename(self.folder / file.name) for file in sorted(other.glob(f"*{SUFFIX}"))]
                shutil.rmtree(other, ignore_errors=True)
                return moved
            finally:
                os.close(lock)
        return []


def claim(parent: Path) -> Home:
    """Make a folder beside those of other recorders; raises `OSError`.

    It gets its name once it is locked, so that nobody takes it for one of the dead.
    """
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = new_id()
    unnamed = parent / f".{name}"
    unnamed.mkdir(mode=0o700)
    lock = _locked(unnamed)
    return Home(unnamed.rename(parent / name), lock)


def _locked(folder: Path) -> int:
    """Lock a folder; raises `BlockingIOError` while another program does."""
    opened = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
