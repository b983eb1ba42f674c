"""Where examples are deleted: nothing learns from them any more, and lineages that name them still find them."""

from chassis.database import Transaction
from contracts.api.example import Example, ExampleStatus
from contracts.api.review import HistoryKind
from contracts.errors import NotAllowed
from contracts.events.learning import ExamplesReviewed
from feedback import examples
from feedback.store import examples as store
from feedback.store import histories
from feedback.store.histories import NewEntry


async def delete(tx: Transaction, example_id: str, *, only_own: bool) -> Example:
    """Mark an example as deleted, or leave it so; raises `UnknownExample`, `NotAllowed`."""
    found = await examples.find(tx, example_id)
    if only_own and (found.submitted_by != tx.cause.actor or found.status is not ExampleStatus.PENDING):
        raise NotAllowed("You may delete only what you submitted yourself and nobody reviewed; ask a reviewer.")
    if not await store.delete(tx, found.id):
        return found
    content = {"sentence": f"Deleted; it was {found.status}.", "status": str(ExampleStatus.REJECTED)}
    await histories.add(tx, [NewEntry(found.id, HistoryKind.SETTLED.value, content)])
    tx.publish(ExamplesReviewed(task=found.task, status=ExampleStatus.REJECTED, count=1, by=tx.cause.actor))
    return await examples.find(tx, found.id)
