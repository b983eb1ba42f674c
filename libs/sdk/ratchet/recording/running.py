"""Where the thread is in which a courier runs beside the program."""

import asyncio
import atexit
import os
import threading
import time
from contextlib import suppress

from ratchet.recording import courier
from ratchet.recording.buffer import Buffer
from ratchet.recording.courier import Courier, Way
from ratchet.recording.tally import Tally

_AGAIN_S = 5.0
_AT_EXIT_S = 1.0
_STOP_S = 5.0
_LOOK_S = 0.01


class Running:
    """A daemon thread, started when it is first needed; where a fault ended it, it is started again a while later."""

    def __init__(self, way: Way, buffer: Buffer, counts: Tally) -> None:
        """Prepare; nothing runs before `wake` or `ensure`."""
        self._way = way
        self._buffer = buffer
        self._counts = counts
        self._courier = Courier(way, buffer, counts)
        self._thread: threading.Thread | None = None
        self._not_before = 0.0
        self._starting = threading.Lock()

    def ensure(self) -> None:
        """See to it that the thread runs."""
        if not self._lives():
            with self._starting:
                self._start()

    def wake(self) -> None:
        """Say that there is something in the buffer."""
        self._courier.wake()

    def is_idle(self) -> bool:
        """Say whether nothing waits."""
        return self._courier.is_idle()

    def waiting_bytes(self) -> int:
        """Say how many bytes wait on disk, or in memory because the disk refuses them."""
        return self._courier.waiting_bytes

    def finish(self, within_s: float = _AT_EXIT_S) -> None:
        """Deliver what waits, if that is possible now, and end the thread with all the rest on disk."""
        atexit.unregister(self.finish)
        deadline = time.monotonic() + within_s
        while self._lives() and not self.is_idle() and self._counts.trouble is None and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        if self._thread and self._lives():
            self._courier.stop()
            self._thread.join(_STOP_S)
        with self._starting:
            if self._buffer.waiting() and not self._lives():
                courier.keep(self._way, self._buffer)
        self._not_before = 0.0

    def abandon(self) -> None:
        """Let go, in a forked child, of what belongs to the parent."""
        lock = self._courier.lock()
        if lock is not None:
            with suppress(OSError):
                os.close(lock)

    def _start(self) -> None:
        now = time.monotonic()
        if self._lives() or now < self._not_before:
            return
        self._not_before = now + _AGAIN_S
        self._courier = Courier(self._way, self._buffer, self._counts)
        self._thread = threading.Thread(target=_run, args=(self._courier,), name="ratchet-recorder", daemon=True)
        self._thread.start()
        atexit.register(self.finish)

    def _lives(self) -> bool:
        return self._thread is not None and self._thread.is_alive()


def _run(running: Courier) -> None:
    asyncio.run(running.run())
