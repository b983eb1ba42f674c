"""Where a pending example is locked for a change, or the change refused."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Transaction
from contracts.errors import AlreadyReviewed, InvalidInput, Stale
from feedback import examples
from feedback.store import reviews
from feedback.store.reviews import Case


async def lock(tx: Transaction, example_id: str, expected_revision: int | None = None) -> Case:
    """Give a pending example; raises `UnknownExample`, `AlreadyReviewed`, `Stale`."""
    cases = await reviews.lock(tx, [example_id]) if _is_uuid(example_id) else []
    if not cases:
        await _refuse(tx, example_id)
    (case,) = cases
    if expected_revision not in (None, case.revision):
        detail = f"The example has revision {case.revision} by now, not {expected_revision}; look at it again."
        raise Stale(detail, revision=case.revision)
    return case


def ids(texts: Sequence[str]) -> list[str]:
    """Read ids of examples; raises `InvalidInput` for anything else."""
    try:
        return [str(UUID(text)) for text in texts]
    except ValueError as wrong:
        raise InvalidInput.at("ids", "each must be the id of an example") from wrong


async def _refuse(tx: Transaction, example_id: str) -> None:
    example = await examples.find(tx, example_id)
    detail = f"The example was {example.status} by {example.reviewed_by} already."
    raise AlreadyReviewed(detail, status_now=example.status)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
