"""Where committed events leave for NATS: in order, in batches, at least once.

Every process that writes to the outbox runs a relay and wakes it in memory after its commits; a poll finds what a
crash left behind. An advisory lock lets one relay of a schema publish at a time.
"""

import asyncio
import contextlib
from typing import Any

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from chassis import metrics, store
from chassis.database import EVERY_TENANT, Database
from chassis.logging import log
from chassis.streams import stream_of

_BATCH = 500
_TIMEOUT_S = 5.0
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0


class Relay:
    """The task that empties the outbox of this process's schema."""

    def __init__(self, database: Database, jetstream: JetStreamContext, *, poll_s: float) -> None:
        """Prepare a relay that also looks every ``poll_s`` seconds."""
        self._database = database
        self._jetstream = jetstream
        self._poll_s = poll_s
        self._woken = asyncio.Event()
        self._failures = 0
        database.on_outgoing(self._woken.set)

    async def run(self) -> None:
        """Publish whatever is committed, until cancelled; a failure is logged and tried again, later each time."""
        while True:
            self._woken.clear()
            try:
                while await publish_pending(self._database, self._jetstream) == _BATCH:
                    pass
                self._failures = 0
            except (OSError, NatsError, TimeoutError) as failure:
                await self._pause(failure)
            except Exception as failure:  # noqa: BLE001 (the edge: events must go on leaving)
                log().exception("outbox.failed")
                await self._pause(failure)
            await self._wait(self._poll_s)

    async def _pause(self, failure: Exception) -> None:
        self._failures += 1
        log().warning("outbox.delayed", reason=str(failure) or type(failure).__name__, failures=self._failures)
        await asyncio.sleep(_SHORTEST_PAUSE_S)
        # Whatever is committed meanwhile, such as a rollback right after an outage, leaves without waiting any longer.
        await self._wait(min(_SHORTEST_PAUSE_S * 2 ** min(self._failures, 10), _LONGEST_PAUSE_S))

    async def _wait(self, longest_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self._woken.wait()


async def publish_pending(database: Database, jetstream: JetStreamContext) -> int:
    """Publish one batch and delete it; give its size.

    A crash between the two publishes it again, in the same order and with the same message ids, which JetStream and
    the inboxes drop.
    """
    async with database.transaction(EVERY_TENANT) as tx:
        await store.lock_outbox(tx)
        waiting = await store.oldest(tx, _BATCH)
        if waiting:
            await _publish(jetstream, [each.message for each in waiting])
            await store.forget_sent(tx, [each.id for each in waiting])
    metrics.PUBLISHED.inc(len(waiting))
    return len(waiting)


async def _publish(jetstream: JetStreamContext, messages: list[store.Outgoing]) -> None:
    try:
        await _publish_all(jetstream, messages)
    finally:
        _let_go(jetstream)


async def _publish_all(jetstream: JetStreamContext, messages: list[store.Outgoing]) -> None:
    async with asyncio.timeout(_TIMEOUT_S):
        acknowledged = [
            await jetstream.publish_async(
                message.subject,
                message.body,
                wait_stall=_TIMEOUT_S,
                stream=stream_of(message.subject),
                headers=dict(message.headers),
            )
            for message in messages
        ]
        await asyncio.gather(*acknowledged)


def _let_go(jetstream: JetStreamContext) -> None:
    """Await no more answers: nats-py (2.16) has 4,000 places for them, and keeps that of what it could not send."""
    places: dict[str, asyncio.Future[Any]] = vars(jetstream)["_publish_async_futures"]
    for unanswered in tuple(places.values()):
        unanswered.cancel()
