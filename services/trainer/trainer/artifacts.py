"""Where artifacts and snapshots are kept: addressed by the SHA-256 of their content, whole or not at all."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import BinaryIO, cast

import fsspec.core
from fsspec import AbstractFileSystem

from contracts.api.version import Artifact

_OLD = timedelta(days=1)


class MissingContent(Exception):
    """There is no such artifact or snapshot, or it was altered; the message says which."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of any file system that fsspec knows."""

    files: AbstractFileSystem
    root: str

    def put_artifact(self, content: bytes, scratch: str) -> Artifact:
        """Keep the bytes of a version; ``scratch`` names the folder for the file that is not whole yet."""
        digest = sha256(content).hexdigest()
        self._put(self._artifact(digest), content, scratch)
        return Artifact(sha256=digest, size=len(content))

    def get_artifact(self, digest: str) -> bytes:
        """Give the bytes of a version; raises `MissingContent`."""
        content = self._get(self._artifact(digest), f"artifact {digest}")
        if sha256(content).hexdigest() != digest:
            raise MissingContent(f"The artifact {digest} was altered.")
        return content

    def put_snapshot(self, digest: str, parquet: bytes, scratch: str) -> None:
        """Keep frozen rows as Parquet under the hash of the rows."""
        self._put(self._snapshot(digest), parquet, scratch)

    def get_snapshot(self, digest: str) -> bytes:
        """Give frozen rows as Parquet; raises `MissingContent`."""
        return self._get(self._snapshot(digest), f"snapshot {digest}")

    def scratch(self, job_id: str, attempt: int) -> str:
        """Name the folder for what an attempt has not finished."""
        return f"{self.root}/scratch/{job_id}.{attempt}"

    def discard(self, job_id: str, attempt: int | None = None) -> None:
        """Remove what an attempt, or all attempts at a job, left unfinished."""
        pattern = self.scratch(job_id, attempt) if attempt else f"{self.root}/scratch/{job_id}.*"
        for folder in cast("list[str]", self.files.glob(pattern)):
            self.files.rm(folder, recursive=True)

    def discard_old(self) -> None:
        """Remove what attempts left unfinished more than a day ago, because their worker was killed."""
        for folder in cast("list[str]", self.files.glob(f"{self.root}/scratch/*")):
            if datetime.now(UTC) - self.files.modified(folder) > _OLD:
                self.files.rm(folder, recursive=True)

    def _artifact(self, digest: str) -> str:
        return f"{self.root}/artifacts/{digest[:2]}/{digest}"

    def _snapshot(self, digest: str) -> str:
        return f"{self.root}/snapshots/{digest[:2]}/{digest}.parquet"

    def _put(self, path: str, content: bytes, scratch: str) -> None:
        if self.files.exists(path):
            return
        unfinished = f"{scratch}/{path.rsplit('/', 1)[-1]}"
        for folder in (scratch, path.rsplit("/", 1)[0]):
            self.files.makedirs(folder, exist_ok=True)
        with cast("BinaryIO", self.files.open(unfinished, "wb")) as file:
            file.write(content)
            file.flush()
            if self.is_local:
                os.fsync(file.fileno())
        self.files.mv(unfinished, path)

    def _get(self, path: str, name: str) -> bytes:
        try:
            return cast("bytes", self.files.cat_file(path))
        except FileNotFoundError as missing:
            raise MissingContent(f"The {name} is missing.") from missing

    @property
    def is_local(self) -> bool:
        """Say whether the folder is on this machine."""
        return "file" in self.files.protocol


def shelf(url: str) -> Shelf:
    """Open a folder or an fsspec URL; nothing is read or written yet."""
    files, root = cast("tuple[AbstractFileSystem, str]", fsspec.core.url_to_fs(url))
    return Shelf(files, root.rstrip("/"))
