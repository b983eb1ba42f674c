"""Where items are carried from memory to disk, and from there to the other end, for as long as the program lives."""

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import DomainError
from ratchet.recording import delivery, tally
from ratchet.recording.buffer import Buffer
from ratchet.recording.sender import Line, Sender
from ratchet.recording.spool import SEGMENT_BYTES, Room, Spool, sync
from ratchet.recording.tally import Tally

_GATHER_S = 0.002
_LINGER_S = 0.05
_SYNC_S = 1.0
_ADOPT_S = 30.0
_NO_ROOM_S = 0.2
_START_S = 5.0


@dataclass(frozen=True, slots=True)
class Way:
    """Where items are spooled, how much of them, and how they are delivered."""

    folder: Path
    room: Room
    sender: Sender


def keep(way: Way, buffer: Buffer) -> None:
    """Write to disk what came while a courier ended, for the next recorder to deliver."""
    spool = Spool(way.folder, way.room)
    items = buffer.first()
    spool.append(items)
    buffer.forget(items)
    sync(spool.unsynced())
    spool.leave()


class Courier:
    """Runs in a thread of its own; what it is given by others is the buffer, and the wish to stop."""

    def __init__(self, way: Way, buffer: Buffer, counts: Tally) -> None:
        """Prepare; no file is touched before `run`."""
        self._way = way
        self._buffer = buffer
        self._counts = counts
        self._spool: Spool | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken, self._kept = asyncio.Event(), asyncio.Event()
        self._unsynced, self._stopping = asyncio.Event(), asyncio.Event()
        self._started = threading.Event()
        self._looked_around = False

    async def run(self) -> None:
        """Carry until stopped; whatever is not delivered then is on disk."""
        spool = self._spool = Spool(self._way.folder, self._way.room)
        self._loop = asyncio.get_running_loop()
        self._started.set()
        try:
            async with self._way.sender.open() as line, asyncio.TaskGroup() as group:
                work = (self._keep(spool), self._carry(spool, line), self._sync(spool), self._adopt(spool))
                tasks = [group.create_task(each) for each in work]
                await self._stopping.wait()
                for task in tasks:
                    task.cancel()
        finally:
            self._store(spool)
            sync(spool.unsynced())
            spool.leave()

    def wake(self) -> None:
        """Say that there is something in the buffer; may be called by any thread."""
        self._set(self._woken)

    def stop(self) -> None:
        """Say that it is enough; may be called by any other thread."""
        self._started.wait(_START_S)
        self._set(self._stopping)

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait on disk, or in memory because the disk refuses them."""
        return self._spool.bytes_on_disk + self._spool.bytes_in_memory if self._spool else 0

    def is_idle(self) -> bool:
        """Say whether nothing waits, of this program or an earlier one.

        Asked in this order, because items are on disk before they leave the buffer.
        """
        return self._looked_around and self._buffer.waiting() == 0 and self.waiting_bytes == 0

    def lock(self) -> int | None:
        """Give the lock of the folder, which a forked child has to close."""
        return self._spool.lock() if self._spool else None

    def _set(self, event: asyncio.Event) -> None:
        if self._loop:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(event.set)

    async def _keep(self, spool: Spool) -> None:
        while True:
            while self._buffer.waiting():
                if spool.has_room():
                    self._store(spool)
                    await asyncio.sleep(_GATHER_S)
                else:
                    await asyncio.sleep(_NO_ROOM_S)
            await self._woken.wait()
            self._woken.clear()

    def _store(self, spool: Spool) -> None:
        items = self._buffer.first()
        spool.append(items)
        self._buffer.forget(items)
        self._kept.set()
        self._unsynced.set()

    async def _carry(self, spool: Spool, line: Line) -> None:
        failures = 0
        while True:
            await self._kept.wait()
            self._kept.clear()
            await asyncio.sleep(_LINGER_S)
            while spool.waits():
                failures = 0 if await self._carried(spool, line, failures) else failures + 1

    async def _carried(self, spool: Spool, line: Line, failures: int) -> bool:
        """Deliver what waits longest, and say whether that was possible; wait a while where it was not."""
        try:
            segment = spool.oldest()
            refused = await delivery.deliver(line, segment.items, self._way.sender.most)
            spool.remove(segment)
        except (DomainError, OSError, RuntimeError) as trouble:  # RuntimeError: no new threads while Python ends
            self._counts.fail(str(trouble))
            refusal = trouble if isinstance(trouble, DomainError) else None
            await asyncio.sleep(delivery.wait_after(failures + 1, refusal))
            return False
        tally.note(self._way.folder, refused)
        self._counts.settle(len(segment.items), len(refused))
        if segment.bytes < SEGMENT_BYTES // 2:
            await asyncio.sleep(_LINGER_S)
        return True

    async def _sync(self, spool: Spool) -> None:
        while True:
            await self._unsynced.wait()
            await asyncio.sleep(_SYNC_S)
            self._unsynced.clear()
            sync(spool.unsynced())

    async def _adopt(self, spool: Spool) -> None:
        while True:
            with suppress(OSError):
                if spool.adopt():
                    self._kept.set()
            self._looked_around = True
            await asyncio.sleep(_ADOPT_S)
