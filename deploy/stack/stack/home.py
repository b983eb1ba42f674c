"""Where the local stack keeps its files: `.ratchet` in the working directory, or wherever RATCHET_HOME says."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

TRAVERSABLE = 0o711
PRIVATE = 0o700


class AlreadyStarting(Exception):
    """Somebody else starts or stops this stack at the moment."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one local stack."""

    folder: Path

    @property
    def postgres(self) -> Path:
        """The database server's files."""
        return self.folder / "postgres"

    @property
    def nats(self) -> Path:
        """The broker's files."""
        return self.folder / "nats"

    @property
    def artifacts(self) -> Path:
        """The bytes of versions."""
        return self.folder / "artifacts"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.folder / "logs"

    @property
    def keys(self) -> Path:
        """Passwords, seeds and the admin's key."""
        return self.folder / "secrets" / "keys.json"

    @property
    def local(self) -> Path:
        """What runs, and how to reach it."""
        return self.folder / "local.json"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"


def locate() -> Home:
    """Return the home that the environment names, or the one in the working directory."""
    return Home(Path(os.environ.get("RATCHET_HOME") or ".ratchet").absolute())


def prepare(home: Home) -> None:
    """Create the folders; the outer ones may be walked through, as Postgres runs under another account for root."""
    for folder, mode in ((home.folder, TRAVERSABLE), (home.postgres, TRAVERSABLE)):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    for folder in (home.nats, home.artifacts, home.logs, home.keys.parent):
        folder.mkdir(exist_ok=True)
        folder.chmod(PRIVATE)


@contextmanager
def alone(home: Home, *, patience: float = 150.0) -> Generator[None]:
    """Keep others from starting or stopping this stack meanwhile, after waiting for one who does."""
    deadline = time.monotonic() + patience
    with (home.folder / "lock").open("w") as lock:
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise AlreadyStarting(f"Somebody else starts or stops the stack in {home.folder}: try again later.")
            time.sleep(0.05)
        yield


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
