"""Where the shapes of new inputs and outputs are added to their days."""

from collections.abc import Iterable

from chassis.database import Transaction
from feedback.drift import counting
from feedback.drift.fields import MOST_FIELDS
from feedback.store import shapes
from feedback.store.inferences import NewRow


async def count(tx: Transaction, served: Iterable[NewRow]) -> None:
    """Count new inferences; of a task's fields only so many are kept."""
    counts = counting.of(served)
    if counts:
        await shapes.add(tx, counts)
    if days := counting.days_with_fields(counts):
        await shapes.drop_beyond(tx, days, most=MOST_FIELDS)
