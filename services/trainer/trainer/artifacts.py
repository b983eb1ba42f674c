"""Where artifacts, snapshots and uploads are kept: what is finished is addressed by the SHA-256 of its content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from chassis import files
from chassis.files import Files
from contracts.api.version import Artifact
from contracts.ids import new_id

_OLD = timedelta(days=1)
_ABANDONED = timedelta(hours=1)


class MissingContent(Exception):
    """There is no such artifact or snapshot, or it was altered; the message says which."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder that trainers and gateways share."""

    files: Files

    def put_artifact(self, content: bytes, scratch: str) -> Artifact:
        """Keep the bytes of a version; ``scratch`` names a folder for the file that is not whole yet."""
        digest = sha256(content).hexdigest()
        self._put(self.artifact(digest), content, scratch)
        return Artifact(sha256=digest, size=len(content))

    def get_artifact(self, digest: str) -> bytes:
        """Give the bytes of a version; raises `MissingContent`."""
        content = self._get(self.artifact(digest), f"artifact {digest}")
        if sha256(content).hexdigest() != digest:
            raise MissingContent(f"The artifact {digest} was altered.")
        return content

    def put_snapshot(self, digest: str, parquet: bytes, scratch: str) -> None:
        """Keep frozen rows as Parquet under the hash of the rows."""
        self._put(self.snapshot(digest), parquet, scratch)

    def adopt_snapshot(self, digest: str, parquet: Path) -> None:
        """Keep frozen rows that were written to a file of this machine, which is gone then."""
        if self.files.exists(self.snapshot(digest)):
            parquet.unlink()
        else:
            self.files.adopt(parquet, self.snapshot(digest))

    def get_snapshot(self, digest: str) -> bytes:
        """Give frozen rows as Parquet; raises `MissingContent`."""
        return self._get(self.snapshot(digest), f"snapshot {digest}")

    def snapshots(self) -> list[str]:
        """Give the hashes of all snapshots, in order."""
        found = self.files.matching(self.files.at("snapshots", "*", "*.parquet"))
        return sorted(path.rsplit("/", 1)[-1].removesuffix(".parquet") for path in found)

    def remove_snapshot(self, digest: str) -> None:
        """Remove frozen rows, if they are there."""
        self.files.remove(self.snapshot(digest))

    def scratch(self, name: str, attempt: int) -> str:
        """Name the folder for what an attempt has not finished."""
        return self.files.at("scratch", f"{name}.{attempt}")

    def discard(self, name: str, attempt: int | None = None) -> None:
        """Remove what an attempt, or all attempts at a job, left unfinished."""
        pattern = self.scratch(name, attempt) if attempt else self.files.at("scratch", f"{name}.*")
        for folder in self.files.matching(pattern):
            self.files.remove(folder)

    def discard_old(self) -> None:
        """Remove what attempts left unfinished more than a day ago, because their worker was killed."""
        for folder in self.files.matching(self.files.at("scratch", "*"), untouched_for=_OLD):
            self.files.remove(folder)

    def upload(self, name: str) -> str:
        """Name an uploaded file."""
        return self.files.at("uploads", name)

    def discard_uploads(self, waiting: Collection[str]) -> int:
        """Remove uploads that were broken off, or that nobody asked to be read; give how many."""
        found = self.files.matching(self.files.at("uploads", "*"), untouched_for=_ABANDONED)
        abandoned = [path for path in found if path.rsplit("/", 1)[-1] not in waiting]
        for path in abandoned:
            self.files.remove(path)
        return len(abandoned)

    def artifact(self, digest: str) -> str:
        """Name the file of an artifact."""
        return self.files.at("artifacts", digest[:2], digest)

    def snapshot(self, digest: str) -> str:
        """Name the file of a snapshot."""
        return self.files.at("snapshots", digest[:2], f"{digest}.parquet")

    def _put(self, path: str, content: bytes, scratch: str) -> None:
        if self.files.exists(path):
            return
        unfinished = f"{scratch}/{new_id()}"  # two may put the same bytes, from the same folder, at the same time
        with self.files.writing(unfinished) as file:
            file.write(content)
        self.files.move(unfinished, path)

    def _get(self, path: str, name: str) -> bytes:
        try:
            return self.files.read(path)
        except FileNotFoundError as missing:
            raise MissingContent(f"The {name} is missing.") from missing

    @property
    def is_local(self) -> bool:
        """Say whether the folder is on this machine."""
        return self.files.is_local


def shelf(url: str) -> Shelf:
    """Open a folder or an fsspec URL; nothing is read or written yet."""
    return Shelf(files.shared(url))
