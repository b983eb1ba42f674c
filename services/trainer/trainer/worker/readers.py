"""Where uploads are read, each by a child process, while a beat holds the lease; a killed reader's is read again."""

import asyncio
import shutil
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from chassis.database import EVERY_TENANT
from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.api.dataset import DatasetStatus
from contracts.events.datasets import DatasetRead
from trainer.executors import local
from trainer.executors.frames import Frame
from trainer.executors.orders import ReadOrder
from trainer.store import readings as store
from trainer.store.readings import Claimed, Settled
from trainer.worker.attempt import end, wait_for
from trainer.worker.workplace import Workplace

_READ = "trainer.executors.reading:read"
_LOOK_EVERY_S = 1.0
_BEAT_EVERY_S = 0.5
_MOST_ATTEMPTS = 3
_SWEEP_EVERY_S = 300.0


def begin(place: Workplace) -> None:
    """Open so many readers as the settings say, and sweep beside them."""
    for _ in range(place.settings.readers):
        woken = asyncio.Event()
        place.parts.database.on_outgoing(woken.set)
        place.parts.beside(_work(place, woken))
    place.parts.beside(_sweep(place))


async def _work(place: Workplace, woken: asyncio.Event) -> None:
    while True:
        try:
            async with place.parts.database.transaction(EVERY_TENANT) as tx:
                held = await store.claim(tx, place.settings.lease_seconds)
            if held:
                await _Reading(place, held).make()
                continue
        except UNREACHABLE as lost:
            log().warning("upload.not_read", reason=str(lost) or type(lost).__name__)
        await wait_for(woken, _LOOK_EVERY_S)


class _Reading:
    """An upload in this reader's hands."""

    def __init__(self, place: Workplace, held: Claimed) -> None:
        self._place = place
        self._held = held
        self._progress = 0.0
        self._folder = _folder(place, held)

    async def make(self) -> None:
        """Read until the outcome is settled, or the upload is somebody else's; being cancelled hands it back."""
        reading, holding = asyncio.create_task(self._outcome()), asyncio.create_task(self._hold())
        try:
            done, _ = await asyncio.wait({reading, holding}, return_when=asyncio.FIRST_COMPLETED)
            await self._end(reading, holding)
            if reading in done:
                await self._settle(reading.result())
        except asyncio.CancelledError:
            await self._end(reading, holding)
            await self._hand_back()
            raise

    async def _end(self, *work: asyncio.Task[Any]) -> None:
        """End what is under way and clear up: before another reader has the upload, perhaps under the same number."""
        await end(*work)
        await asyncio.to_thread(self._clear, self._held.attempt)

    def _clear(self, *attempts: int) -> None:
        """Remove what attempts at the upload left unfinished; those of readers after this one are theirs."""
        for attempt in attempts:
            self._place.shelf.discard(self._held.id, attempt)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _outcome(self) -> Settled | None:
        """Give what came of it; None where something broke that may not break again."""
        if self._held.attempt > _MOST_ATTEMPTS:
            return _refused("The file could not be read: its reader was lost three times over it.")
        await asyncio.to_thread(self._clear, *range(1, self._held.attempt + 1))
        match await local.carry_out(self._place.forkserver, _READ, self._order(), self._hear):
            case {"result": result}:
                return Settled(**result)
            case {"hungry": _}:
                allowed = f"{self._place.settings.max_training_memory_mb:,} MB"
                return _refused(f"Reading the file needs more than the {allowed} of memory that are allowed.")
            case last:
                log().warning("upload.reader_lost", dataset=self._held.id, reason=str(last))
                return None

    def _order(self) -> Frame:
        settings = self._place.settings
        order = ReadOrder(
            kind=self._held.kind,
            upload=self._held.upload,
            folder=self._folder,
            artifacts_url=settings.artifacts_url,
            size=int(settings.max_upload_mb * 2**20),
            rows=settings.max_upload_rows,
            formats=self._place.switches(self._held.tenant).allowed_file_types,
            memory_mb=settings.max_training_memory_mb,
        )
        return order.model_dump(mode="json")

    def _hear(self, frame: Frame) -> None:
        self._progress = max(self._progress, frame.get("progress", 0.0))

    async def _hold(self) -> None:
        """Beat until the upload is somebody else's, or was deleted."""
        held, lease_s = self._held, self._place.settings.lease_seconds
        while True:
            await asyncio.sleep(_BEAT_EVERY_S)
            try:
                async with self._place.parts.database.transaction(held.tenant) as tx:
                    if not await store.beat(tx, held, lease_s, self._progress):
                        return
            except UNREACHABLE as lost:
                log().warning("upload.not_told", dataset=held.id, reason=str(lost) or type(lost).__name__)

    async def _settle(self, outcome: Settled | None) -> None:
        if outcome is None:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self._hand_back(counts=True)
        elif await self._is_settled(outcome):
            await asyncio.to_thread(self._place.shelf.files.remove, self._place.shelf.upload(self._held.upload))

    async def _is_settled(self, outcome: Settled) -> bool:
        held = self._held
        status = DatasetStatus.REFUSED if outcome.error else DatasetStatus.READY
        said = DatasetRead(
            task=held.task,
            dataset_id=held.id,
            status=status,
            rows=outcome.rows,
            refused_rows=outcome.refused_rows,
            error=outcome.error,
        )
        async with self._place.parts.database.transaction(held.tenant, held.cause) as tx:
            if not await store.settle(tx, held, outcome):
                return False
            tx.publish(said)
        log().info("dataset.read", dataset=held.id, tenant=held.tenant, status=str(status), rows=outcome.rows)
        return True

    async def _hand_back(self, *, counts: bool = False) -> None:
        """Let another reader have it; an attempt that was only interrupted does not count."""
        try:
            async with self._place.parts.database.transaction(self._held.tenant) as tx:
                await store.hand_back(tx, self._held, counts=counts)
        except UNREACHABLE as lost:
            log().warning("upload.not_handed_back", dataset=self._held.id, reason=str(lost) or type(lost).__name__)


async def _sweep(place: Workplace) -> None:
    """Now and again remove uploads that were broken off."""
    while True:
        try:
            async with place.parts.database.transaction(EVERY_TENANT) as tx:
                waiting = await store.uploads(tx)
            if removed := await asyncio.to_thread(place.shelf.discard_uploads, waiting):
                log().info("uploads.swept", uploads=removed)
        except UNREACHABLE as lost:
            log().warning("uploads.not_swept", reason=str(lost) or type(lost).__name__)
        await asyncio.sleep(_SWEEP_EVERY_S)


def _folder(place: Workplace, held: Claimed) -> str:
    """Name the local folder for what is unfinished."""
    scratch = place.shelf.scratch(held.id, held.attempt)
    return scratch if place.shelf.is_local else str(Path(gettempdir()) / f"ratchet-{held.id}.{held.attempt}")


def _refused(error: str) -> Settled:
    return Settled(error=error, errors=[{"field": "file", "reason": error}])
