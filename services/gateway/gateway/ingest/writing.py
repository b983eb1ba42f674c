"""Where accepted items get what they lack, an id and a time, and are written as parts of messages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from contracts.ids import new_id
from contracts.problem import FieldProblem
from gateway.ingest.items import Batch, Item, Sort

LARGEST_ITEM = 256 * 1024
LARGEST_MESSAGE = 512 * 1024
MOST_ITEMS = 100
_TOO_LARGE = (FieldProblem(field="body", reason=f"the item is larger than {LARGEST_ITEM:,} bytes"),)


class Part(NamedTuple):
    """Items as they stand in a message, with commas between them."""

    items: int
    body: bytes


def written(sort: Sort[Item], batch: Batch[Item], idempotency_key: str | None) -> tuple[list[str], list[Part]]:
    """Write every item with an id and a time; refuse those that are too large."""
    _stamp(sort, batch, idempotency_key)
    parts = list[Part]()
    places = list(batch.items)
    for start in range(0, len(places), MOST_ITEMS):
        parts += _parts(sort, batch, places[start : start + MOST_ITEMS])
    return [getattr(item, sort.id_field) for item in batch.items.values()], parts


def _stamp(sort: Sort[Item], batch: Batch[Item], idempotency_key: str | None) -> None:
    now = datetime.now(UTC)
    for index, item in batch.items.items():
        lacking: dict[str, object] = {} if item.occurred_at else {"occurred_at": now}
        if not getattr(item, sort.id_field):
            lacking[sort.id_field] = _id(idempotency_key, index)
        if lacking:
            batch.items[index] = item.model_copy(update=lacking)


def _id(idempotency_key: str | None, index: int) -> str:
    """Make an id; a request that is sent again with its Idempotency-Key gets the ids that it got before."""
    return sha256(f"{idempotency_key}/{index}".encode()).hexdigest()[:32] if idempotency_key else new_id()


def _parts(sort: Sort[Item], batch: Batch[Item], places: Sequence[int]) -> list[Part]:
    """Write items together, which costs less, or one by one where they may be too large."""
    together = sort.several.dump_json([batch.items[index] for index in places], exclude_unset=True)[1:-1]
    if len(together) <= LARGEST_ITEM:
        return [Part(len(places), together)]
    alone = {index: sort.one.dump_json(batch.items[index], exclude_unset=True) for index in places}
    for index in [index for index, body in alone.items() if len(body) > LARGEST_ITEM]:
        batch.refuse(index, _TOO_LARGE)
        del alone[index]
    return [Part(1, body) for body in alone.values()]
