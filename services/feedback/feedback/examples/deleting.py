"""Where examples are deleted: nothing learns from them any more, and lineages that name them still find them."""

from chassis.database import Transaction
from contracts.api.example import Example, ExampleStatus
from contracts.api.review import HistoryKind
from contracts.errors import NotAllowed
from contracts.events.learning import ExamplesReviewed
from feedback import examples
from feedback.reviews import refusals
from feedback.store import examples as store
from feedback.store import histories, reviews
from feedback.store.histories import NewEntry


async def delete(tx: Transaction, example_id: str, *, only_own: bool) -> Example:
    """Mark an example as deleted, or leave it so; raises `UnknownExample`, `NotAllowed`."""
    found = await examples.find(tx, example_id)
    if only_own:
        await _demand_own(tx, found.id)
    if not await store.delete(tx, found.id):
        return found
    content = {"sentence": f"Deleted; it was {found.status}.", "status": str(ExampleStatus.REJECTED)}
    await histories.add(tx, [NewEntry(found.id, HistoryKind.SETTLED.value, content)])
    tx.publish(ExamplesReviewed(task=found.task, status=ExampleStatus.REJECTED, count=1, by=tx.cause.actor))
    return await examples.find(tx, found.id)


async def _demand_own(tx: Transaction, example_id: str) -> None:
    pending = await reviews.lock(tx, [example_id])
    if not any(refusals.is_own(tx, case) for case in pending):
        raise NotAllowed("You may delete only what you submitted yourself and nobody reviewed; ask a reviewer.")
