"""Where a child process talks to its parent, ends when the parent is gone, and when it takes too much memory."""

import os
import resource
import select
import socket
import sys
import threading
import time

from trainer.executors import frames
from trainer.executors.frames import Frame

_LOOK_EVERY_S = 0.2
_TELL_EVERY_S = 0.2
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
_MEGABYTE = 2**20


class Lifeline:
    """The connection to the parent; safe to use from several threads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._writing = threading.Lock()
        self._stream = connection.makefile("rb")

    def read(self) -> Frame | None:
        """Wait for a frame; None when the parent is gone."""
        return frames.read(self._stream)

    def tell(self, frame: Frame) -> None:
        """Send a frame."""
        encoded = frames.encode(frame)
        with self._writing:
            self._connection.sendall(encoded)

    def hold(self, memory_mb: int) -> None:
        """From now on end this process when the parent closes its side, or when the memory limit is passed."""
        threading.Thread(target=self._watch, args=(memory_mb,), daemon=True).start()

    def _watch(self, memory_mb: int) -> None:
        listening = self._connection.dup()
        while _is_there(listening):
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT // _MEGABYTE
            if used > memory_mb:
                self.tell({"hungry": used})
                break
        os._exit(1)


def _is_there(listening: socket.socket) -> bool:
    ready, _, _ = select.select([listening], [], [], _LOOK_EVERY_S)
    return not ready or bool(listening.recv(1, socket.MSG_PEEK))


class Telling:
    """The report of a trainer, told to the parent at most five times a second, on a part of the whole way."""

    def __init__(self, lifeline: Lifeline, start: float, end: float) -> None:
        self._lifeline = lifeline
        self._start = start
        self._length = end - start
        self._latest: Frame = {"progress": start, "step": ""}
        self._told_at = 0.0

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        """Tell how far it is, unless that was told a moment ago."""
        is_new = step != self._latest["step"]
        whole = self._start + self._length * min(1.0, max(0.0, fraction))
        self._latest = {"progress": whole, "step": step}
        self._tell(message, at_once=is_new)

    def parts(self, done: int, of: int) -> None:
        """Tell how many of the like parts of a step are done."""
        self._tell(f"{done:,} of {of:,} parts", at_once=done == of)

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        """Tell a point of a curve."""
        self._lifeline.tell({"metric": name, "value": value, "step": step})

    def _tell(self, message: str, *, at_once: bool) -> None:
        now = time.monotonic()
        if at_once or now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self._lifeline.tell(self._latest | {"message": message})
