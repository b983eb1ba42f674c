"""Where the bytes of versions are kept on this machine, under their SHA-256, so that each is downloaded once."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from contracts.errors import Unavailable
from contracts.ids import new_id

MOST_FILES = 16
_DIGEST = re.compile(r"[0-9a-f]{64}")
Download = Callable[[str, Path], Path]
"""Downloads a version (by its id) into a file; raises `DomainError`."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that the programs of one user share; what was altered in it is not used."""

    folder: Path
    download: Download

    def get(self, version_id: str, digest: str) -> bytes:
        """Give the bytes of a version; raises `DomainError`, such as `Unavailable` for others."""
        if not _DIGEST.fullmatch(digest):
            raise Unavailable(f"Version {version_id} has no file whose content can be checked.")
        kept = self.folder / digest
        with suppress(OSError):
            content = kept.read_bytes()
            if sha256(content).hexdigest() == digest:
                return content
        return self._fetched(version_id, kept)

    def _fetched(self, version_id: str, kept: Path) -> bytes:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        coming = self.folder / f".{new_id()}"
        try:
            self.download(version_id, coming)
            content = coming.read_bytes()
            if sha256(content).hexdigest() != kept.name:
                raise Unavailable(f"The file of version {version_id} was altered on its way.")
            coming.replace(kept)
        finally:
            coming.unlink(missing_ok=True)
        self._make_room(kept)
        return content

    def _make_room(self, kept: Path) -> None:
        files = [file for file in self.folder.iterdir() if _DIGEST.fullmatch(file.name) and file != kept]
        with suppress(OSError):
            for old in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)[MOST_FILES - 1 :]:
                old.unlink(missing_ok=True)
