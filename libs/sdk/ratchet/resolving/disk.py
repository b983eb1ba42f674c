"""Where the last known routes outlive the program: a small file that is replaced as a whole."""

import logging
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from contracts.api.route import Route
from ratchet.resolving.known import Known

_log = logging.getLogger("ratchet")


class _Kept(BaseModel):
    heard_at: float
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Disk:
    """The file of one tenant."""

    path: Path

    def load(self, known: Known) -> None:
        """Let the routes be remembered that were kept, if any were."""
        try:
            kept = _Kept.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValidationError) as wrong:
            _log.warning("The last known routes in %s cannot be read: %s", self.path, wrong)
            return
        known.remember(kept.routes, time.time() - kept.heard_at)

    def save(self, known: Known) -> None:
        """Keep the routes: all of the file is new, or all of it is old."""
        kept = _Kept(heard_at=time.time() - known.stale_seconds(), routes=known.routes())
        written(self.path, kept.model_dump_json().encode())


def at_folder(folder: Path | str | None, tenant: str) -> Disk:
    """Name the file of a tenant, in the user's cache if no folder is given."""
    return Disk((Path(folder) if folder else cache()) / f"routes-{tenant}.json")


def cache() -> Path:
    """Give the folder of the user in which things are kept that are worth keeping."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ratchet"


def written(path: Path, content: bytes) -> bool:
    """Replace a file as a whole, and say whether that could be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as wrong:
        _log.warning("What is known last cannot be kept in %s: %s", path, wrong)
        return False
    return True


def _replace(path: Path, content: bytes) -> None:
    opened, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(written).replace(path)
    except OSError:
        Path(written).unlink(missing_ok=True)
        raise
