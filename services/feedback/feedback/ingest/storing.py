"""Where what was read is stored in one transaction: rows, sums, examples and what is broken."""

from collections.abc import Iterable
from datetime import datetime

from chassis.database import Transaction
from feedback import partitions, phases, standing
from feedback.examples import learning
from feedback.examples.thresholds import Approval
from feedback.ingest import guarding, hearing, pricing, rollups, shapes
from feedback.ingest.reading import Items
from feedback.store import conversations, inferences, letters
from feedback.store import rollups as sums
from feedback.store.conversations import Begun, Conversation
from feedback.store.inferences import NewRow


async def store(tx: Transaction, items: Items, approval: Approval) -> int:
    """Store what is new and give its number; replicas take turns, so that no opinion can miss its inference."""
    await inferences.lock(tx)
    await partitions.ensure(tx)
    items = await guarding.spare(tx, items)
    served = await _insert_inferences(tx, items)
    heard = await hearing.hear(tx, items, served)
    changes = heard.change.counted
    begun = await _begin_conversations(tx, served)
    await sums.add(tx, rollups.of(served, changes, begun, items.unlabelled))
    await shapes.count(tx, served)
    await phases.count(tx, served, changes)
    await learning.learn(tx, (*heard.told, *heard.attached), standing.outdated(heard.change.after), approval)
    if items.letters:
        await letters.bury(tx, items.letters)
    return len(served) + len(heard.told)


async def _insert_inferences(tx: Transaction, items: Items) -> list[NewRow]:
    if not items.inferences:
        return []
    sent = await pricing.priced(tx, items.inferences.values())
    new = await inferences.insert(tx, list(sent.values()))
    return list(sent.values()) if len(new) == len(sent) else [sent[id] for id in new]


async def _begin_conversations(tx: Transaction, served: Iterable[NewRow]) -> list[Begun]:
    first: dict[Conversation, datetime] = {}
    for row in served:
        if row.session is not None:
            key = Conversation(row.tenant, row.task, row.version_id or "", row.session)
            first[key] = min(first.get(key, row.occurred_at), row.occurred_at)
    return await conversations.begin(tx, first) if first else []
