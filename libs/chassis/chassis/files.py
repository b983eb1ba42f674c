"""Where files are that several processes, perhaps on several machines, share: a folder, or an object store."""

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import fsspec.core
from fsspec import AbstractFileSystem

BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of any file system that fsspec knows; under its proper name a file is whole, or not there at all.

    Paths are those of the file system, as `at` gives them. All calls block.
    """

    system: AbstractFileSystem
    root: str

    @property
    def is_local(self) -> bool:
        """Say whether the folder is on this machine."""
        return "file" in self.system.protocol

    @property
    def url(self) -> str:
        """The folder's URL, as any machine can use it."""
        return self.system.unstrip_protocol(self.root)

    def at(self, *names: str) -> str:
        """Give the path of a file or a folder in the shared folder."""
        return "/".join((self.root, *names))

    @contextmanager
    def writing(self, path: str) -> Generator[BinaryIO]:
        """Write a file, which may stay unfinished: `move` it to its name afterwards. On this machine it is on disk."""
        self._make_folder_of(path)
        with cast("BinaryIO", self.system.open(path, "wb")) as file:
            yield file
            file.flush()
            if self.is_local:
                os.fsync(file.fileno())

    def move(self, path: str, name: str) -> None:
        """Give a finished file its name."""
        self._make_folder_of(name)
        self.system.mv(path, name)

    def adopt(self, file: Path, path: str) -> None:
        """Take in a file of this machine, which must lie in this folder if that is local; it is gone then."""
        if self.is_local:
            with file.open("rb") as written:
                os.fsync(written.fileno())
            self.move(str(file), path)
        else:
            self.system.put_file(str(file), path)
            file.unlink()

    def fetched(self, path: str, folder: Path) -> Path:
        """Give a file of this machine with the content of one of ours: itself, or a copy in the folder.

        Raises `FileNotFoundError`.
        """
        if self.is_local:
            return Path(path)
        copy = folder / path.rsplit("/", 1)[-1]
        self.system.get_file(path, str(copy))
        return copy

    def read(self, path: str) -> bytes:
        """Give a whole file; raises `FileNotFoundError`."""
        return cast("bytes", self.system.cat_file(path))

    def blocks(self, path: str) -> Iterator[bytes]:
        """Give a file piece by piece; raises `FileNotFoundError` before the first one."""
        with cast("BinaryIO", self.system.open(path, "rb")) as file:
            while block := file.read(BLOCK):
                yield block

    def size(self, path: str) -> int:
        """Give how many bytes a file has; raises `FileNotFoundError`."""
        return cast("int", self.system.size(path))

    def exists(self, path: str) -> bool:
        """Say whether there is such a file or folder."""
        return self.system.exists(path)

    def remove(self, path: str) -> None:
        """Remove a file or a folder, if it is there, even if others remove the same meanwhile."""
        with suppress(FileNotFoundError):
            if self.exists(path):
                self.system.rm(path, recursive=True)

    def matching(self, pattern: str, *, untouched_for: timedelta = timedelta(0)) -> list[str]:
        """Give the files and folders whose path matches, and that were not written to for so long."""
        now, found = datetime.now(UTC), cast("list[str]", self.system.glob(pattern))
        return [path for path in found if not untouched_for or self._age(path, now) > untouched_for]

    def _age(self, path: str, now: datetime) -> timedelta:
        """Say for how long a file was not written to; one that somebody removed meanwhile has no age."""
        try:
            return now - cast("datetime", self.system.modified(path))
        except FileNotFoundError:
            return timedelta(0)

    def _make_folder_of(self, path: str) -> None:
        self.system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)


def shared(url: str) -> Files:
    """Open a folder or an fsspec URL; nothing is read or written yet."""
    system, root = cast("tuple[AbstractFileSystem, str]", fsspec.core.url_to_fs(url))
    return Files(system, root.rstrip("/"))
