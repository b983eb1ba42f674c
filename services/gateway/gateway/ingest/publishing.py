"""Where items go to NATS, and it is waited until they are stored there."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from chassis.logging import log
from contracts.errors import Unavailable
from contracts.topology import INGEST_STREAM

LARGEST_ITEM = 256 * 1024
_LARGEST_MESSAGE = 512 * 1024
_MOST_ITEMS = 100


@dataclass(slots=True)
class _Shipment:
    """Items of requests that came at the same moment; they are stored, or not, together."""

    subject: str
    items: list[bytes] = field(default_factory=list[bytes])
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

    async def publish(self, subject: str, items: Sequence[bytes]) -> None:
        """Return once all items are stored; raises `Unavailable` when some may not be."""
        if not self._connection.is_connected:
            raise _unavailable("cannot be reached")
        try:
            await asyncio.shield(self._load(subject, items))
        except NatsError as failure:
            log().warning("ingest.not_stored", subject=subject, reason=str(failure) or type(failure).__name__)
            raise _unavailable("does not store anything") from failure

    def _load(self, subject: str, items: Sequence[bytes]) -> asyncio.Task[None]:
        shipment = self._loading.get(subject)
        if shipment is None:
            shipment = self._loading[subject] = _Shipment(subject)
        shipment.items.extend(items)
        shipment.stored = shipment.stored or asyncio.create_task(self._ship(shipment))
        return shipment.stored

    async def _ship(self, shipment: _Shipment) -> None:
        del self._loading[shipment.subject]
        if len(shipment.items) == 1:
            await self._store(shipment.subject, shipment.items[0])
            return
        await asyncio.gather(*(self._store(shipment.subject, message) for message in _messages(shipment.items)))

    async def _store(self, subject: str, message: bytes) -> None:
        await self._jetstream.publish(subject, message, timeout=self._timeout_s, stream=INGEST_STREAM)


def _unavailable(what: str) -> Unavailable:
    detail = (
        f"Ratchet's message server {what} at the moment. Please send it again in a few seconds; "
        "with the same key, id or Idempotency-Key nothing is counted twice."
    )
    return Unavailable(detail, part="nats")


def _messages(items: Sequence[bytes]) -> Iterator[bytes]:
    """Cut a list into messages that are neither too long nor too large."""
    waiting: list[bytes] = []
    size = 0
    for item in items:
        if waiting and (len(waiting) == _MOST_ITEMS or size + len(item) > _LARGEST_MESSAGE):
            yield b"[%b]" % b",".join(waiting)
            waiting, size = [], 0
        waiting.append(item)
        size += len(item) + 1
    yield b"[%b]" % b",".join(waiting)
