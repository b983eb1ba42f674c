"""Where a pending example is locked for a change, or the change refused."""

from collections.abc import Sequence
from uuid import UUID

from chassis import editions
from chassis.database import Transaction
from contracts.errors import AlreadyReviewed, InvalidInput
from contracts.ids import known_form
from feedback import examples
from feedback.store import reviews
from feedback.store.reviews import Case


async def lock(tx: Transaction, example_id: str, expected_revision: int | None = None) -> Case:
    """Give a pending example; raises `UnknownExample`, `AlreadyReviewed`, `Stale`."""
    known = known_form(example_id)
    cases = await reviews.lock(tx, [known]) if known else []
    if not cases:
        await _refuse(tx, example_id)
    (case,) = cases
    editions.refuse_stale(expected_revision, case.revision, "The example")
    return case


def is_own(tx: Transaction, case: Case) -> bool:
    """Say whether whoever asks submitted an example, under whichever name or with whichever key."""
    return case.submitted_by == tx.cause.actor or ("" != case.submitter == tx.cause.person)


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
