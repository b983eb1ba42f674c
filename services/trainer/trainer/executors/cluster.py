"""Where a training is carried out on a Dask cluster; the connection is its lifeline, as a socket is that of a child."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable
from typing import Any, cast

import orjson
from distributed import CancelledError, Client, Future, Security
from distributed.core import rpc

from chassis.files import shared
from contracts.ids import new_id
from trainer.executors import hosting, local
from trainer.executors.frames import Frame
from trainer.executors.local import Hear
from trainer.executors.orders import Order
from trainer.executors.outcomes import Faulted, Outcome

_CONNECT_S = 3.0
_RETRY_S = 1.0
_LOOK_EVERY_S = 0.5
_END_S = 1.5
_WAITING = 0.0


class Cluster:
    """The cluster behind a scheduler's address."""

    def __init__(self, address: str, *, silence_s: float) -> None:
        """Prepare; a worker that tells nothing for so many seconds is taken for lost."""
        self._address = address
        self._silence_s = silence_s
        self._arguments = Security().get_connection_args("client")
        _log_like_others()

    async def problem(self) -> str:
        """Say what is wrong with the cluster, if something is."""
        try:
            async with asyncio.timeout(_CONNECT_S), rpc(self._address, connection_args=self._arguments) as scheduler:
                known = cast("dict[str, Any]", await scheduler.identity(n_workers=0))
        except OSError as away:
            return f"the Dask scheduler at {self._address} cannot be reached: {away or 'no answer'}"
        return "" if known["n_workers"] else f"the Dask scheduler at {self._address} has no workers"

    async def fit(self, order: Order, hear: Hear) -> Outcome:
        """Train on the cluster; cancelling this ends the training there, and waits until that is said."""
        client = await self._connected(hear)
        training = _Training(client, hear)
        try:
            hear({"progress": _WAITING, "step": "waiting", "message": "for a worker of the cluster"})
            return await training.carry_out(_portable(order), self._silence_s)
        except (OSError, RuntimeError) as broken:
            return Faulted(f"the Dask cluster cannot be used: {type(broken).__name__}: {broken}")
        finally:
            await training.end()

    async def _connected(self, hear: Hear) -> Client:
        while True:
            try:
                return await Client(self._address, asynchronous=True, set_as_default=False, timeout=_CONNECT_S)
            except OSError:
                hear({"progress": _WAITING, "step": "waiting", "message": f"for the Dask scheduler {self._address}"})
                await asyncio.sleep(_RETRY_S)


class _Training:
    """One training on the cluster, as it is followed from here."""

    def __init__(self, client: Client, hear: Hear) -> None:
        self._client = client
        self._tell = hear
        self._key = f"ratchet-fit-{new_id()}"
        self._future: Future[Frame] | None = None
        self._place = ""
        self._heard_at = 0.0
        self._lost = ""
        self._ended = asyncio.Event()

    async def carry_out(self, order: Order, silence_s: float) -> Outcome:
        """Wait for the answer, or for a sign that the worker is lost; the cluster would begin anew by itself."""
        self._client.subscribe_topic(hosting.TOPIC, self._hear)
        self._future = self._client.submit(hosting.fit, order.model_dump(mode="json"), key=self._key)
        answering = asyncio.ensure_future(_answer(self._future))
        try:
            while not (await asyncio.wait({answering}, timeout=_LOOK_EVERY_S))[0]:
                if lost := self._loss(silence_s):
                    return Faulted(lost)
            return _judged(answering, order)
        finally:
            answering.cancel()

    async def end(self) -> None:
        """Have the training ended if it has not, and wait until that is said, but not for ever."""
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(_END_S):
                if self._future:
                    await cast("Awaitable[None]", self._client.cancel([self._future]))
                if self._place:
                    await self._ended.wait()
        with contextlib.suppress(TimeoutError, OSError):
            await cast("Awaitable[None]", self._client.close(timeout=_END_S))

    def _loss(self, silence_s: float) -> str:
        if self._place and time.monotonic() - self._heard_at > silence_s:
            return f"the cluster's worker {self._place} fell silent"
        return self._lost

    def _hear(self, event: tuple[float, dict[str, str]]) -> None:
        told = event[1]
        if told["key"] == self._key:
            self._heard_at = time.monotonic()
            self._note(orjson.loads(told["frame"]))

    def _note(self, frame: Frame) -> None:
        match frame:
            case {"began": place} if self._place:
                self._lost = f"the cluster's worker {self._place} was lost"
                self._place = place
                self._ended.clear()
            case {"began": place}:
                self._place = place
                self._tell(frame)
            case {"ended": _}:
                self._ended.set()
            case {"alive": _}:
                pass
            case _:
                self._tell(frame)


def _portable(order: Order) -> Order:
    """Name the folder as every machine of the cluster can name it."""
    return order.model_copy(update={"artifacts_url": shared(order.artifacts_url).url})


async def _answer(future: Future[Frame]) -> Frame:
    return cast("Frame", await future)


def _judged(answering: asyncio.Future[Frame], order: Order) -> Outcome:
    fault = None if answering.cancelled() else answering.exception()
    if answering.cancelled() or isinstance(fault, CancelledError):
        return Faulted("the connection to the Dask scheduler was lost")
    if fault:
        return Faulted(f"the Dask cluster gave it up: {type(fault).__name__}: {fault}")
    return local.outcome(answering.result(), order)


def _log_like_others() -> None:
    """Undo what `distributed` does to logging when it is imported: its own lines on standard error."""
    for name in ("distributed", "distributed.client", "tornado", "tornado.application"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
