"""Where the files of test databases lie in memory: thousands of them come and go with each test."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from chassis.embedded import postgres
from chassis.embedded.folders import TRAVERSABLE

_MEMORY = Path("/dev/shm")  # noqa: S108 (each run has a folder of its own, which only it can write)
_NAMED = "ratchet-tests-"
_ROOM_BYTES = 2 * 2**30


@contextmanager
def folder(otherwise: Path) -> Generator[Path]:
    """Give a folder in memory, or the other one where there is too little.

    On disk, ext4 does not give the inode of a deleted file away for some seconds, and looks through all of them for
    each new file: after fifty tests the copy of a database took a second instead of 40 ms.
    """
    if not _has_room():
        yield otherwise
        return
    _sweep()
    made = _MEMORY / f"{_NAMED}{os.getpid()}"
    made.mkdir(mode=TRAVERSABLE)
    made.chmod(TRAVERSABLE)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _has_room() -> bool:
    return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES


def _sweep() -> None:
    """Remove what runs left behind that were killed."""
    for left in _MEMORY.glob(f"{_NAMED}*"):
        with suppress(FileNotFoundError):  # another run, which begins or ends at this moment, may be faster
            if left.stat().st_uid == os.geteuid() and _is_over(int(left.name.removeprefix(_NAMED))):
                postgres.stop(left)
                shutil.rmtree(left, ignore_errors=True)


def _is_over(run: int) -> bool:
    """Say whether the run of this number is none that goes on; numbers of processes come again, as ours may."""
    return run == os.getpid() or not psutil.pid_exists(run)
