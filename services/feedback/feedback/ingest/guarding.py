"""Where what comes in again under an erased name is dropped, before any of it is stored."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import orjson

from chassis import store
from chassis.database import Transaction
from feedback.erasure import hashing
from feedback.ingest.reading import Items
from feedback.store import tombstones
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion
from feedback.store.tombstones import Grave

_Mark = tuple[str, str, str]
"""A tenant, what kind of thing was erased there, and its name or id."""

_FIELDS = ("unit", "session", "by", "id", "key", "inference_id")


async def spare(tx: Transaction, items: Items) -> Items:
    """Give the items without those of somebody who was erased; for tenants that never erased, all of them at once."""
    tenants = {row.tenant for row in (*items.inferences.values(), *items.opinions.values(), *items.letters)}
    salts = await tombstones.salts(tx, sorted(tenants))
    if not salts:
        return items
    hashes = {mark: hashing.of(salts[mark[0]], *mark[1:]) for mark in _all_marks(items) if mark[0] in salts}
    if not hashes:
        return items
    erased = await tombstones.among(tx, sorted({(mark[0], digest) for mark, digest in hashes.items()}))
    return _without(items, lambda marks: any(_grave(mark, hashes) in erased for mark in marks))


def _grave(mark: _Mark, hashes: dict[_Mark, bytes]) -> Grave:
    return mark[0], hashes.get(mark, b"")


def _without(items: Items, goes: Callable[[Iterable[_Mark]], bool]) -> Items:
    return Items(
        {key: row for key, row in items.inferences.items() if not goes(_of_inference(row))},
        {key: opinion for key, opinion in items.opinions.items() if not goes(_of_opinion(opinion))},
        [letter for letter in items.letters if not goes(_of_letter(letter))],
        items.unlabelled,
    )


def _all_marks(items: Items) -> set[_Mark]:
    found: set[_Mark] = set()
    for row in items.inferences.values():
        found.update(_of_inference(row))
    for opinion in items.opinions.values():
        found.update(_of_opinion(opinion))
    for letter in items.letters:
        found.update(_of_letter(letter))
    return found


def _of_inference(row: NewRow) -> list[_Mark]:
    names = [name for name in (row.unit, row.session, row.id) if name is not None]
    return [(row.tenant, hashing.INFERENCE, row.id), *((row.tenant, hashing.NAME, name) for name in names)]


def _of_opinion(opinion: Opinion) -> list[_Mark]:
    tenant, about = opinion.tenant, opinion.inference_id
    names = [name for name in (opinion.by, about, opinion.key) if name is not None]
    ids = [(tenant, hashing.INFERENCE, about)] if about is not None else []
    return [(tenant, hashing.OPINION, opinion.key), *ids, *((tenant, hashing.NAME, name) for name in names)]


def _of_letter(letter: store.Letter) -> list[_Mark]:
    """Give what a broken item names, as far as it can be read."""
    try:
        value = orjson.loads(letter.message.body)
    except orjson.JSONDecodeError:
        return []
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    named = [cast("dict[str, Any]", item).get(field) for item in items if isinstance(item, dict) for field in _FIELDS]
    texts = [each for each in named if isinstance(each, str)]
    return [(letter.tenant, kind, each) for each in texts for kind in (hashing.NAME, hashing.INFERENCE)]
