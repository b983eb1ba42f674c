"""Where items go to NATS, and it is waited until they are stored there."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError

from chassis.logging import log
from contracts.errors import DomainError, TooManyRequests, Unavailable
from contracts.topology import INGEST_STREAM
from gateway.ingest.writing import LARGEST_MESSAGE, MOST_ITEMS, Part

_OWN_SHARE = "per subject"
_RETRY_AFTER_S = 2


@dataclass(slots=True)
class _Shipment:
    """Items of requests that came at the same moment; they are stored, or not, together."""

    subject: str
    parts: list[Part] = field(default_factory=list[Part])
    stored: asyncio.Task[None] | None = None


class Publisher:
    """The way into the ingest stream.

    What requests bring within one turn of the event loop goes in one message: the busier it is, the less an item costs.
    """

    def __init__(self, connection: Client, jetstream: JetStreamContext, *, timeout_s: float) -> None:
        self._connection = connection
        self._jetstream = jetstream
        self._timeout_s = timeout_s
        self._loading: dict[str, _Shipment] = {}

    async def publish(self, subject: str, parts: Sequence[Part]) -> None:
        """Return once all items are stored; raises `Unavailable` or `TooManyRequests` when some may not be."""
        if not self._connection.is_connected:
            raise _unavailable("cannot be reached")
        try:
            await asyncio.shield(self._load(subject, parts))
        except APIError as refusal:
            log().warning("ingest.full", subject=subject, reason=refusal.description)
            raise _full(refusal) from refusal
        except NatsError as failure:
            log().warning("ingest.not_stored", subject=subject, reason=str(failure) or type(failure).__name__)
            raise _unavailable("does not store anything") from failure

    def _load(self, subject: str, parts: Sequence[Part]) -> asyncio.Task[None]:
        shipment = self._loading.get(subject)
        if shipment is None:
            shipment = self._loading[subject] = _Shipment(subject)
        shipment.parts.extend(parts)
        shipment.stored = shipment.stored or asyncio.create_task(self._ship(shipment))
        return shipment.stored

    async def _ship(self, shipment: _Shipment) -> None:
        del self._loading[shipment.subject]
        if len(shipment.parts) == shipment.parts[0].items == 1:
            await self._store(shipment.subject, shipment.parts[0].body)
            return
        await asyncio.gather(*(self._store(shipment.subject, message) for message in _messages(shipment.parts)))

    async def _store(self, subject: str, message: bytes) -> None:
        await self._jetstream.publish(subject, message, timeout=self._timeout_s, stream=INGEST_STREAM)


def _full(refusal: APIError) -> DomainError:
    """Say whether it is the tenant's own share that is full, or all that there is."""
    if _OWN_SHARE not in (refusal.description or ""):
        return _unavailable("does not store anything")
    detail = (
        "As much of this tenant's as may wait is waiting to be stored. Please send it again in a few seconds; with the "
        "same key, id or Idempotency-Key nothing is counted twice."
    )
    return TooManyRequests(detail, retry_after_s=_RETRY_AFTER_S)


def _unavailable(what: str) -> Unavailable:
    detail = (
        f"Ratchet's message server {what} at the moment. Please send it again in a few seconds; "
        "with the same key, id or Idempotency-Key nothing is counted twice."
    )
    return Unavailable(detail, part="nats", retry_after_s=_RETRY_AFTER_S)


def _messages(parts: Sequence[Part]) -> Iterator[bytes]:
    """Join parts to messages that are neither too long nor too large."""
    waiting: list[bytes] = []
    count = size = 0
    for part in parts:
        if waiting and (count + part.items > MOST_ITEMS or size + len(part.body) > LARGEST_MESSAGE):
            yield b"[%b]" % b",".join(waiting)
            waiting, count, size = [], 0, 0
        waiting.append(part.body)
        count += part.items
        size += len(part.body) + 1
    yield b"[%b]" % b",".join(waiting)
