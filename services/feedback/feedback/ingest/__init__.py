"""Where inferences and feedback are taken from the stream that applications publish to, none of it trusted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from nats.aio.msg import Msg

from chassis import metrics
from chassis.bulk import Work
from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.known_tasks import KnownTasks
from chassis.store import Outgoing
from contracts.errors import InvalidInput, UnknownTask
from contracts.topology import INGEST_CONSUMER
from feedback.examples.thresholds import Approval, Thresholds
from feedback.ingest import labels, reading, storing
from feedback.ingest.reading import Delivered, Items, Where
from feedback.ingest.rulebook import Rulebook
from feedback.store import letters
from feedback.store.letters import ORIGIN

_MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Portion:
    """Messages that are stored in one transaction, with what was in them."""

    messages: Sequence[Msg]
    items: Items
    approval: Approval


class Intake:
    """The one reader of the ingest stream."""

    def __init__(self, database: Database, known_tasks: KnownTasks, thresholds: Thresholds) -> None:
        self._database = database
        self._known_tasks = known_tasks
        self._thresholds = thresholds
        self._rulebook = Rulebook(database)

    def work(self) -> Work[list[Portion]]:
        """Give what the consumer of the stream does with messages."""
        return Work(self.read, self.store, self.refuse)

    async def read(self, messages: Sequence[Msg]) -> list[Portion]:
        """Read messages, in portions that fit into one transaction each."""
        return [await self._portion(part) for part in _portions(messages)]

    async def store(self, portions: Sequence[Portion]) -> None:
        """Store messages, each item once: in one transaction, or in a few where lists make them large."""
        for portion in portions:
            async with self._database.transaction(EVERY_TENANT) as tx:
                new = await storing.store(tx, portion.items, portion.approval)
            _count(portion.items, new)
            if portion is not portions[-1]:
                await _keep_waiting(each for other in portions for each in other.messages)

    async def refuse(self, message: Msg, reason: str) -> None:
        """Keep a message that Postgres cannot store."""
        tenant = message.subject.split(".")[1]
        redactor = (await self._rulebook.of([tenant])).get(tenant)
        async with self._database.transaction(EVERY_TENANT) as tx:
            await letters.bury(tx, [reading.letter(_delivered(message), reason, redactor)])

    async def replay(self, tx: Transaction, message: Outgoing) -> None:
        """Store a message that was broken before; raises `InvalidInput` if it still is."""
        origin = message.headers.get(ORIGIN) or str(uuid4())
        where = Where(origin, datetime.now(UTC))
        items = await self._read([Delivered(message.subject, message.body, lambda: where)], tx)
        if items.letters:
            raise InvalidInput.at("body", items.letters[0].reason)
        await storing.store(tx, items, await self._thresholds.of(items.tasks()))

    async def _portion(self, messages: Sequence[Msg]) -> Portion:
        items = await self._read([_delivered(message) for message in messages])
        return Portion(messages, items, await self._thresholds.of(items.tasks()))

    async def _read(self, messages: Sequence[Delivered], tx: Transaction | None = None) -> Items:
        redactors = await self._rulebook.of((message.subject.split(".")[1] for message in messages), tx)
        items = reading.read(messages, redactors=redactors)
        kinds = {task: await self._kind(*task) for task in items.tasks()}
        if unknown := frozenset([task for task, kind in kinds.items() if kind is None]):
            items = reading.read(messages, unknown, redactors)
        items.unlabelled = frozenset([task for task, kind in kinds.items() if kind and not labels.are_given_by(kind)])
        return items

    async def _kind(self, tenant: str, task: str) -> str | None:
        try:
            return (await self._known_tasks.get(tenant, task)).kind
        except UnknownTask:
            return None


def _portions(messages: Sequence[Msg]) -> Iterator[list[Msg]]:
    portion: list[Msg] = []
    size = 0
    for message in messages:
        if portion and size + len(message.data) > _MOST_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += len(message.data)
    if portion:
        yield portion


def _delivered(message: Msg) -> Delivered:
    return Delivered(message.subject, message.data, partial(_where, message))


def _where(message: Msg) -> Where:
    """Give the place in the stream; its time tells apart two streams that count from 1."""
    metadata = message.metadata
    return Where(f"{metadata.timestamp.isoformat()}.{metadata.sequence.stream}", metadata.timestamp)


async def _keep_waiting(messages: Iterable[Msg]) -> None:
    for message in messages:
        await message.in_progress()


def _count(items: Items, new: int) -> None:
    seen = len(items.inferences) + len(items.opinions)
    outcomes = {"stored": new, "known": seen - new, "buried": len(items.letters)}
    for outcome, count in outcomes.items():
        metrics.BULK_ITEMS.labels(INGEST_CONSUMER, outcome).inc(count)
