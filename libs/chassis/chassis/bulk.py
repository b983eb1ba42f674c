"""Where messages that come by the ten thousand are taken in batches: stored in one transaction, then acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from chassis import metrics
from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.topology import Consumer

Store = Callable[[Sequence[Msg]], Awaitable[None]]
"""Stores a batch in one transaction, or raises and stores nothing."""

Refuse = Callable[[Msg, str], Awaitable[None]]
"""Keeps one message that cannot be stored, with the reason."""

_FETCH_TIMEOUT_S = 5.0
_PAUSE_S = 1.0


class BulkConsumer:
    """The loop that fetches the next batch while the one before is stored."""

    def __init__(self, jetstream: JetStreamContext, consumer: Consumer, store: Store, refuse: Refuse) -> None:
        """Prepare; nothing is fetched before `run`."""
        self._jetstream = jetstream
        self._consumer = consumer
        self._store = store
        self._refuse = refuse

    async def run(self, batch: int = 500) -> None:
        """Fetch and store until cancelled; a batch under way is finished first."""
        subscription = await self._jetstream.pull_subscribe_bind(self._consumer.name, stream=self._consumer.stream)
        following = asyncio.create_task(self._fetch(subscription, batch))
        try:
            while True:
                messages = await following
                following = asyncio.create_task(self._fetch(subscription, batch))
                if messages:
                    await asyncio.shield(self._take(messages))
        finally:
            following.cancel()

    async def _fetch(self, subscription: JetStreamContext.PullSubscription, batch: int) -> list[Msg]:
        try:
            return await subscription.fetch(batch, timeout=_FETCH_TIMEOUT_S)
        except TimeoutError:
            return []
        except NatsError as failure:
            log().warning("bulk.fetch_failed", reason=str(failure) or type(failure).__name__)
            await asyncio.sleep(_PAUSE_S)
            return []

    async def _take(self, messages: list[Msg]) -> None:
        started = time.perf_counter()
        try:
            await self._store_or_split(messages)
        except Exception as fault:  # noqa: BLE001 (the edge: the stream keeps what is not acknowledged)
            log().warning("bulk.delayed", reason=str(fault) or type(fault).__name__, messages=len(messages))
            await asyncio.sleep(_PAUSE_S)
            await _each(messages, lambda message: message.nak(delay=_PAUSE_S))
            return
        await _each(messages, lambda message: message.ack())
        metrics.BULK_SECONDS.labels(self._consumer.name).observe(time.perf_counter() - started)

    async def _store_or_split(self, messages: Sequence[Msg]) -> None:
        """Store a batch; one that Postgres refuses is halved until the message at fault stands alone."""
        try:
            await self._store(messages)
        except UNREACHABLE:
            raise
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as refusal:
            if len(messages) == 1:
                await self._refuse(messages[0], str(refusal))
                return
            middle = len(messages) // 2
            await self._store_or_split(messages[:middle])
            await self._store_or_split(messages[middle:])


async def _each(messages: Sequence[Msg], settle: Callable[[Msg], Awaitable[None]]) -> None:
    try:
        for message in messages:
            await settle(message)
    except NatsError as lost:
        log().warning("bulk.not_settled", reason=str(lost) or type(lost).__name__)
