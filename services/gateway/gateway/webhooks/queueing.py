"""Where events become deliveries: read from the stream in batches, stored in one transaction, then acknowledged."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from nats.aio.msg import Msg

from chassis import store as chassis_store
from chassis.bulk import BulkConsumer, Work
from chassis.database import EVERY_TENANT, Database
from chassis.logging import log
from chassis.service import Parts
from contracts.event import Envelope
from contracts.service import Service
from contracts.topology import WEBHOOKS_CONSUMER, consumers
from gateway import erasing
from gateway.store import webhook_queue as store
from gateway.store.webhook_queue import Said


def consumer(parts: Parts, wake: Callable[[], None]) -> BulkConsumer[list[Said]]:
    """Make the one reader of all events for webhooks; whoever sends is woken when something waits."""
    (named,) = (each for each in consumers(Service.GATEWAY) if each.name == WEBHOOKS_CONSUMER)
    return BulkConsumer(parts.nats, named, Queue(parts.database, wake).work())


class Queue:
    """Where events wait to be sent."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    def work(self) -> Work[list[Said]]:
        return Work(self.read, self.store, self.refuse)

    async def read(self, messages: Sequence[Msg]) -> list[Said]:
        """Read events; what is none is noted and left out."""
        return [said for message in messages if (said := _read(message))]

    async def store(self, said: Sequence[Said]) -> None:
        """Let events wait for the webhooks that want them; those that did before are not added again.

        This is the one reader here that misses no event, so erasures that have ended are noticed here as well.
        """
        async with self._database.transaction(EVERY_TENANT) as tx:
            await erasing.finish(tx, said)
            listening = await store.list_listening(tx)
            wanted = [each for each in said if each.tenant in listening]
            added = await store.insert(tx, wanted) if wanted else 0
        if added:
            self._wake()

    async def refuse(self, message: Msg, reason: str) -> None:
        """Keep an event that cannot be stored, with the reason."""
        log().error("webhooks.refused", subject=message.subject, reason=reason)
        outgoing = chassis_store.Outgoing(message.subject, dict(message.headers or {}), message.data)
        letter = chassis_store.Letter(message.subject.split(".")[1], WEBHOOKS_CONSUMER, outgoing, reason)
        async with self._database.transaction(EVERY_TENANT) as tx:
            await chassis_store.bury(tx, [letter])


def _read(message: Msg) -> Said | None:
    try:
        envelope = Envelope.read(dict(message.headers or {}))
        content: Any = orjson.loads(message.data)
        task = content.get("task")
    except (KeyError, ValueError, AttributeError) as wrong:
        log().warning("event.unreadable", subject=message.subject, reason=repr(wrong))
        return None
    body = written(envelope, orjson.Fragment(message.data))
    named = task if isinstance(task, str) else None
    return Said(envelope.tenant, envelope.id, envelope.kind, named, envelope.time, body)


def written(envelope: Envelope, content: object) -> bytes:
    """Write the body that an event is posted as: a `contracts.api.webhook.WebhookEvent`."""
    return orjson.dumps(
        {
            "id": envelope.id,
            "type": envelope.kind,
            "at": envelope.time,
            "tenant": envelope.tenant,
            "actor": envelope.cause.actor,
            "correlation_id": envelope.cause.correlation_id,
            "causation_id": envelope.cause.causation_id,
            "content": content,
        }
    )
