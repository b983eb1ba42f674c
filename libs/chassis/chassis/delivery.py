"""Where FastStream hands events over: done, tried again later, or buried with the reason."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from faststream import AckPolicy, BaseMiddleware
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind

from chassis import metrics, store
from chassis.database import EVERY_TENANT, Database
from chassis.handlers import Handlers
from chassis.logging import log
from chassis.nats_connection import inbox, options
from chassis.settings import ChassisSettings
from chassis.tracing import span
from contracts.errors import DomainError
from contracts.topology import EVENTS_STREAM

RETRY_DELAYS_S = (1, 5, 30, 120, 600)
"""Pauses before an event that failed is tried again; after the last one it is buried."""


def broker(settings: ChassisSettings, handlers: Handlers, database: Database) -> NatsBroker:
    """Make the broker that reads one durable consumer for each handler, one event at a time."""
    made = NatsBroker(**options(settings, handlers.service), logger=None)
    made.add_middleware(partial(_Delivery, database=database))  # pyright: ignore[reportArgumentType]
    for consumer, event in handlers:
        subscriber = made.subscriber(
            event.address("*"),
            stream=JStream(EVENTS_STREAM, declare=False),
            durable=consumer,
            pull_sub=PullSub(batch_size=1, timeout=5.0),
            ack_policy=AckPolicy.MANUAL,
            inbox_prefix=f"{inbox(handlers.service)}.".encode(),
            decoder=_undecoded,
            no_reply=True,
        )
        subscriber(_deliver(made, handlers, database, consumer))
    return made


def _deliver(
    made: NatsBroker, handlers: Handlers, database: Database, consumer: str
) -> Callable[[bytes], Awaitable[None]]:
    async def deliver(_: bytes) -> None:
        message: StreamMessage[Msg] = made.context.get_local("message")
        await handlers.once(database, consumer, _outgoing(message.raw_message))

    return deliver


async def _undecoded(message: StreamMessage[Any]) -> bytes:
    return message.body


class _Delivery(BaseMiddleware[Any, Msg]):
    """Decides what becomes of a message; every exception ends here."""

    def __init__(self, msg: Msg, /, *, context: Any, database: Database) -> None:  # noqa: ANN401 (FastStream's)
        super().__init__(msg, context=context)
        self._database = database

    async def consume_scope(
        self, call_next: Callable[[StreamMessage[Msg]], Awaitable[Any]], msg: StreamMessage[Msg]
    ) -> None:
        raw = msg.raw_message
        consumer, started = raw.metadata.consumer, time.perf_counter()
        with span(consumer, SpanKind.CONSUMER, dict(raw.headers or {})):
            outcome = await self._outcome(call_next, msg)
        metrics.HANDLED.labels(consumer, outcome).observe(time.perf_counter() - started)

    async def _outcome(self, call_next: Callable[[StreamMessage[Msg]], Awaitable[Any]], msg: StreamMessage[Msg]) -> str:
        raw = msg.raw_message
        try:
            await call_next(msg)
        except DomainError as refusal:
            return await self._bury(raw, refusal.detail)
        except Exception as fault:  # noqa: BLE001 (the edge: a fault is tried again, never dropped)
            log().exception("event.failed", subject=raw.subject, delivery=raw.metadata.num_delivered)
            return await self._postpone(raw, fault)
        await raw.ack()
        return "done"

    async def _postpone(self, raw: Msg, fault: Exception) -> str:
        tries = raw.metadata.num_delivered
        if tries > len(RETRY_DELAYS_S):
            return await self._bury(raw, f"{type(fault).__name__}: {fault}")
        await raw.nak(delay=RETRY_DELAYS_S[tries - 1])
        return "postponed"

    async def _bury(self, raw: Msg, reason: str) -> str:
        message = _outgoing(raw)
        letter = store.Letter(raw.subject.split(".")[1], raw.metadata.consumer, message, reason)
        try:
            async with self._database.transaction(EVERY_TENANT) as tx:
                await store.bury(tx, [letter])
        except Exception:  # noqa: BLE001 (the edge: the stream keeps it meanwhile)
            log().exception("event.not_buried", subject=raw.subject)
            await raw.nak(delay=RETRY_DELAYS_S[-2])
            return "postponed"
        log().warning("event.buried", subject=raw.subject, reason=reason)
        await raw.ack()
        return "buried"


def _outgoing(raw: Msg) -> store.Outgoing:
    return store.Outgoing(raw.subject, dict(raw.headers or {}), raw.data)
