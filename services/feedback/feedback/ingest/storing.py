"""Where what was read is stored in one transaction: rows, sums, examples and what is broken."""

from collections.abc import Iterable
from datetime import datetime

from chassis.database import Transaction
from feedback import phases
from feedback.examples import corrections
from feedback.examples.thresholds import Approval
from feedback.ingest import rollups
from feedback.ingest.reading import Items
from feedback.store import conversations, inferences, letters, opinions
from feedback.store import rollups as hours
from feedback.store.conversations import Begun, Conversation
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion


async def store(tx: Transaction, items: Items, approval: Approval) -> int:
    """Store what is new and give its number; replicas take turns, so that no opinion can miss its inference."""
    await inferences.lock(tx)
    served = await _insert_inferences(tx, items)
    attached = await opinions.attach(tx, served) if served else []
    told = await _insert_opinions(tx, items)
    begun = await _begin_conversations(tx, served)
    await hours.add(tx, rollups.of(served, told, attached, begun))
    await phases.count(tx, served, (*told, *attached))
    await corrections.submit(tx, [each for each in (*told, *attached) if each.correction], approval)
    if items.letters:
        await letters.bury(tx, items.letters)
    return len(served) + len(told)


async def _insert_inferences(tx: Transaction, items: Items) -> list[NewRow]:
    sent = items.inferences
    if not sent:
        return []
    new = await inferences.insert(tx, list(sent.values()))
    return list(sent.values()) if len(new) == len(sent) else [sent[id] for id in new]


async def _insert_opinions(tx: Transaction, items: Items) -> list[Opinion]:
    return await opinions.insert(tx, list(items.opinions.values())) if items.opinions else []


async def _begin_conversations(tx: Transaction, served: Iterable[NewRow]) -> list[Begun]:
    first: dict[Conversation, datetime] = {}
    for row in served:
        if row.session is not None:
            key = Conversation(row.tenant, row.task, row.version_id or "", row.session)
            first[key] = min(first.get(key, row.occurred_at), row.occurred_at)
    return await conversations.begin(tx, first) if first else []
