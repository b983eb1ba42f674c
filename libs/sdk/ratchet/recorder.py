"""Where an application records what was answered, and what people thought of it, without ever waiting."""

import asyncio
import logging
import os
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from ratchet.recording import items, over_http
from ratchet.recording.buffer import Buffer
from ratchet.recording.courier import Way
from ratchet.recording.fields import by_fields
from ratchet.recording.running import Running
from ratchet.recording.sender import Sender
from ratchet.recording.spool import Room
from ratchet.recording.tally import Tally
from ratchet.resolving import disk

_log = logging.getLogger("ratchet")
_MIB = 1024 * 1024
_LOOK_S = 0.01
_COMPLAIN_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many MiB may wait: in memory for the disk, and on disk for the other end. Beyond both, items are dropped."""

    buffer_mb: float = 16
    spool_mb: float = 512


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of what was recorded: counts of items, what still waits, and why nothing is delivered, if so."""

    delivered: int
    refused: int
    dropped: int
    waiting_in_memory: int
    waiting_bytes: int
    trouble: str | None


_LIMITS = Limits()


class Recorder:
    """Records inferences and feedback beside the program, and delivers each exactly once.

    Recording checks the fields, puts the item into memory and returns; a thread writes it to disk within milliseconds
    and delivers it in batches, trying again for ever with growing pauses. What is on disk survives the end of the
    program, however it ends: the next recorder for the same tenant on this machine delivers it. An item may be sent
    twice, but counts once, by its ``id`` or ``key``.

    Use it as ``with Recorder(...)`` or ``async with Recorder(...)``; one serves all threads and tasks of a program. A
    forked child goes on with a recorder of its own. Runs on Linux and macOS.
    """

    def __init__(
        self, sender: Sender | None = None, *, folder: Path | str | None = None, limits: Limits = _LIMITS
    ) -> None:
        """Deliver with `OverHttp` or `OverNats`; without either, to the gateway that `ratchet.access` finds.

        The spool is in ``folder``, or in the user's cache; it holds what was recorded, readable by its owner alone.
        """
        chosen = sender or over_http.known_here()
        place = (Path(folder) if folder else disk.cache() / "spool") / chosen.label
        self._way = Way(place, Room(int(limits.spool_mb * _MIB), int(limits.buffer_mb * _MIB)), chosen)
        self._left_to_the_parent: list[Running] = []
        self._begin()
        _tell_of_children(self)

    @by_fields(NewInference)
    def log_inference(self, inference: NewInference) -> str:
        """Record one answer with the fields of `NewInference`, and give its id; raises `InvalidInput`."""
        return self.record(inference)

    @by_fields(NewFeedback)
    def log_feedback(self, feedback: NewFeedback) -> str:
        """Record one opinion with the fields of `NewFeedback`, and give its key; raises `InvalidInput`."""
        return self.record(feedback)

    def record(self, recorded: NewInference | NewFeedback) -> str:
        """Record an answer or an opinion, and give its id or key; raises `InvalidInput`.

        Never waits. It is stamped with the time, if it has none.
        """
        found, item = items.made(recorded)
        waiting = self._buffer.put(item)
        self._running.ensure()
        if waiting == 1:
            self._running.wake()
        if waiting == 0:
            self._complain()
        return found

    def state(self) -> Recorded:
        """Say what became of what was recorded so far, since the program began."""
        return Recorded(
            delivered=self._counts.delivered,
            refused=self._counts.refused,
            dropped=self._buffer.dropped,
            waiting_in_memory=self._buffer.waiting(),
            waiting_bytes=self._running.waiting_bytes(),
            trouble=self._counts.trouble,
        )

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing waits any more, and say whether that is so; only this and `close` ever wait."""
        self._running.ensure()
        deadline = time.monotonic() + timeout_s
        while not self._running.is_idle():
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_S)
        return True

    async def flush_async(self, timeout_s: float = 10.0) -> bool:
        """As `flush`, while other tasks go on."""
        return await asyncio.to_thread(self.flush, timeout_s)

    def start(self) -> Self:
        """Begin to deliver what an earlier program left; recording begins by itself."""
        self._running.ensure()
        return self

    def close(self, timeout_s: float = 5.0) -> None:
        """Deliver what waits, for so long at most; the rest is on disk for the next recorder.

        It is not waited for an other end that is known to be away. Recording afterwards begins anew.
        """
        self._running.finish(timeout_s)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def _begin(self) -> None:
        self._buffer = Buffer(self._way.room.in_memory)
        self._counts = Tally()
        self._running = Running(self._way, self._buffer, self._counts)
        self._silent_until = 0.0

    def _complain(self) -> None:
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + _COMPLAIN_EVERY_S
            _log.error("There is no room for what is recorded; %d items were dropped so far.", self._buffer.dropped)

    def go_on_in_child(self) -> None:
        """Leave to the parent what is the parent's; its event loop is kept, because to clear it away would harm it."""
        self._running.abandon()
        self._left_to_the_parent.append(self._running)
        self._begin()


def _tell_of_children(recorder: Recorder) -> None:
    """Have a recorder told that it is in a forked child, without keeping it alive for that."""
    known = weakref.ref(recorder)
    os.register_at_fork(after_in_child=lambda: _go_on_in_child(known))


def _go_on_in_child(recorder: weakref.ref[Recorder]) -> None:
    found = recorder()
    if found:
        found.go_on_in_child()
