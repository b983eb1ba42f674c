"""Where a Dask worker hosts trainings and parts of them: each in a child of its own, which ends when nobody wants it.

A thread of a Dask worker cannot be killed; a child can. If a worker is started with `--preload
trainer.executors.hosting`, the process that children are forked from is warm before the first training comes.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from distributed import Worker, get_worker, secede

from trainer.executors import local
from trainer.executors.children import PRELOADED, Forkserver
from trainer.executors.frames import Frame

TOPIC = "ratchet"
"""What is told of trainings; one topic, because the scheduler keeps a topic for ever and only its last events."""

ALIVE_EVERY_S = 1.0
_WORK = "trainer.executors.piecework:work"
_LOOK_EVERY_S = 0.1
_PRELOADED = (*PRELOADED, "trainer.executors.scattering", "trainer.executors.piecework")


def fit(order: Frame) -> Frame:
    """Train as ordered; gives up its place in the worker while parts of the work are spread over the cluster."""
    stay = _Stay(get_worker())
    running = stay.begin(local.FIT, order | {"scheduler": stay.worker.scheduler.address})
    wait(cast("tuple[Future[Any], ...]", (running, stay.spreading)), return_when=FIRST_COMPLETED)
    if not running.done():
        secede()
    return running.result()


def work(function: str, item: str, memory_mb: int) -> Frame:
    """Do one part of a training: pickled function and item, in base64."""
    order = {"function": function, "item": item, "memory_mb": memory_mb}
    return _Stay(get_worker(), is_followed=False).begin(_WORK, order).result()


async def dask_setup(worker: Worker) -> None:
    """Have the process warm that children are forked from."""
    _forkserver(worker)


async def dask_teardown(worker: Worker) -> None:
    """End it."""
    if host := cast("_Host | None", worker.extensions.pop(TOPIC, None)):
        host.running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await host.running


@dataclass(frozen=True, slots=True)
class _Host:
    forkserver: Forkserver
    running: asyncio.Task[None]


def _forkserver(worker: Worker) -> Forkserver:
    if TOPIC not in worker.extensions:
        forkserver = Forkserver(threads=int(os.environ.get("OMP_NUM_THREADS", "1")), preloaded=_PRELOADED)
        worker.extensions[TOPIC] = _Host(forkserver, asyncio.get_running_loop().create_task(forkserver.run()))
    return cast("_Host", worker.extensions[TOPIC]).forkserver


@dataclass(slots=True)
class _Stay:
    """One piece of work on this Dask worker; told of under its key."""

    worker: Worker
    is_followed: bool = True
    spreading: Future[None] = field(default_factory=Future[None])
    key: str = ""
    told_at: float = 0.0

    def begin(self, call: str, order: Frame) -> Future[Frame]:
        """Have a child carry it out, from the thread of a task."""
        self.key = str(self.worker.get_current_task())
        loop = cast("Any", self.worker.loop).asyncio_loop
        return asyncio.run_coroutine_threadsafe(self._carry_out(call, order), loop)

    async def _carry_out(self, call: str, order: Frame) -> Frame:
        self._tell({"began": self.worker.address})
        try:
            return await self._while_wanted(local.carry_out(_forkserver(self.worker), call, order, self._hear))
        finally:
            self._tell({"ended": self.worker.address})

    async def _while_wanted(self, work: Coroutine[Any, Any, Frame]) -> Frame:
        working = asyncio.create_task(work)
        try:
            while self._is_wanted():
                if (await asyncio.wait({working}, timeout=_LOOK_EVERY_S))[0]:
                    return working.result()
                if time.monotonic() - self.told_at > ALIVE_EVERY_S:
                    self._tell({"alive": self.worker.address})
            return {"fault": "it was cancelled"}
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    def _is_wanted(self) -> bool:
        """Say whether somebody still waits for it: a client that cancelled it or is gone does not."""
        task = self.worker.state.tasks.get(self.key)
        return task is not None and task.state in {"executing", "long-running"}

    def _hear(self, frame: Frame) -> None:
        if "spreading" not in frame:
            self._tell(frame)
        elif not self.spreading.done():
            self.spreading.set_result(None)

    def _tell(self, frame: Frame) -> None:
        self.told_at = time.monotonic()
        if self.is_followed:
            self.worker.log_event(TOPIC, {"key": self.key, "frame": orjson.dumps(frame).decode()})
