"""Where messages that come by the ten thousand are taken in batches: stored in one transaction, then acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import asyncpg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from chassis import metrics
from chassis.faults import UNREACHABLE
from chassis.logging import log
from chassis.pulling import Puller
from contracts.errors import DomainError
from contracts.topology import Consumer

Batch = TypeVar("Batch")

_BATCH = 1000
_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Work(Generic[Batch]):
    """What is done with messages: they are read while the batch before is stored, which needs another processor.

    ``read`` makes a batch of messages; ``store`` stores it in one transaction, or raises and stores nothing; ``refuse``
    keeps one message that cannot be stored, with the reason.
    """

    read: Callable[[Sequence[Msg]], Awaitable[Batch]]
    store: Callable[[Batch], Awaitable[None]]
    refuse: Callable[[Msg, str], Awaitable[None]]


class BulkConsumer(Generic[Batch]):
    """The loop that fetches and reads the next batch while the one before is stored."""

    def __init__(self, connection: Client, consumer: Consumer, work: Work[Batch]) -> None:
        """Prepare; nothing is fetched before `run`."""
        self._puller = Puller(connection, consumer, _BATCH)
        self._name = consumer.name
        self._work = work

    async def run(self) -> None:
        """Fetch and store until cancelled; a batch under way is finished first."""
        await self._puller.open()
        following = asyncio.create_task(self._next())
        try:
            while True:
                fetched = await following
                following = asyncio.create_task(self._next())
                if fetched:
                    await asyncio.shield(self._take(*fetched))
        finally:
            following.cancel()

    async def _next(self) -> tuple[list[Msg], Batch] | None:
        messages = await self._fetch()
        try:
            return (messages, await self._work.read(messages)) if messages else None
        except DomainError as fault:
            await self._read_apart(messages, fault)
        except Exception as fault:  # noqa: BLE001 (the edge: the stream keeps what is not acknowledged)
            await self._postpone(messages, fault)
        return None

    async def _read_apart(self, messages: Sequence[Msg], fault: DomainError) -> None:
        """Store what can be read of a batch, subject by subject, so that no tenant waits because of another."""
        subjects: dict[str, list[Msg]] = {}
        for message in messages:
            subjects.setdefault(message.subject, []).append(message)
        silent: list[Msg] = []
        for each in subjects.values():
            try:
                batch = await self._work.read(each)
            except Exception:  # noqa: BLE001 (the edge: the stream keeps what is not acknowledged)
                silent += each
            else:
                await self._take(each, batch)
        await self._postpone(silent, fault)

    async def _fetch(self) -> list[Msg]:
        try:
            return await self._puller.fetch()
        except NatsError as failure:
            log().warning("bulk.fetch_failed", reason=str(failure) or type(failure).__name__)
            await asyncio.sleep(_PAUSE_S)
            return []

    async def _take(self, messages: list[Msg], batch: Batch) -> None:
        started = time.perf_counter()
        try:
            await self._store_or_split(messages, batch)
        except Exception as fault:  # noqa: BLE001 (the edge: the stream keeps what is not acknowledged)
            await self._postpone(messages, fault)
            return
        await _each(messages, lambda message: message.ack())
        metrics.BULK_SECONDS.labels(self._name).observe(time.perf_counter() - started)

    async def _postpone(self, messages: Sequence[Msg], fault: Exception) -> None:
        log().warning("bulk.delayed", reason=str(fault) or type(fault).__name__, messages=len(messages))
        await asyncio.sleep(_PAUSE_S)
        await _each(messages, lambda message: message.nak(delay=_PAUSE_S))

    async def _store_or_split(self, messages: Sequence[Msg], batch: Batch) -> None:
        """Store a batch; one that Postgres refuses is halved until the message at fault stands alone."""
        try:
            await self._work.store(batch)
        except UNREACHABLE:
            raise
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as refusal:
            if len(messages) == 1:
                await self._work.refuse(messages[0], str(refusal))
                return
            middle = len(messages) // 2
            for half in (messages[:middle], messages[middle:]):
                await self._store_or_split(half, await self._work.read(half))


async def _each(messages: Sequence[Msg], settle: Callable[[Msg], Awaitable[None]]) -> None:
    try:
        for message in messages:
            await settle(message)
    except NatsError as lost:
        log().warning("bulk.not_settled", reason=str(lost) or type(lost).__name__)
