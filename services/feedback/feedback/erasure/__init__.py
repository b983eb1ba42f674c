"""Where everything about a person is erased: asked for, shown, and acknowledged by every service."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from chassis import pages
from chassis.database import Transaction
from contracts.api.erasure import Erasure, NewErasure
from contracts.api.page import Page
from contracts.commands.erasure import ErasedExamples, ListErasedExamples, ListErasures, Names
from contracts.errors import UnknownErasure
from contracts.events.erasure import ErasureCompleted
from contracts.service import Service
from feedback.erasure import forms, hashing
from feedback.store import erasures as store
from feedback.store import inferences, redactions, tombstones

REFUSED_FOR = timedelta(days=30)
"""How long whatever comes under an erased name is dropped: longer than streams and applications keep what they send."""

_PARTS = (Service.FEEDBACK, Service.TRAINER, Service.REGISTRY)
_SALT_BYTES = 32


async def begin(tx: Transaction, asked: NewErasure) -> Erasure:
    """Begin to erase; twice is as good as once.

    From now on nothing is stored under these names: who stores waits for this transaction, or is waited for here. The
    lock comes after the row, as it does where rows are swept.
    """
    await store.keep_salt(tx, secrets.token_bytes(_SALT_BYTES))
    salt = await store.find_salt(tx)
    known_as = forms.of(asked.names, (await redactions.of(tx, [tx.tenant])).get(tx.tenant))
    subject = hashing.of_names(salt, asked.names)
    erasure_id = await store.insert(tx, subject, known_as, len(asked.names), REFUSED_FOR)
    await store.expect(tx, erasure_id, _PARTS)
    begun = await find(tx, erasure_id)
    await inferences.lock(tx)
    await tombstones.put(tx, [hashing.of(salt, hashing.NAME, each) for each in known_as], begun.refused_until)
    return begun


async def find(tx: Transaction, erasure_id: str) -> Erasure:
    """Give one erasure; raises `UnknownErasure`."""
    found = await store.list_(tx, id=_id(erasure_id))
    if not found:
        raise _unknown(erasure_id)
    return found[0]


async def list_(tx: Transaction, asked: ListErasures) -> Page[Erasure]:
    """Give erasures, newest first."""
    found = await store.list_(tx, before=pages.uuid(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda erasure: erasure.id)


async def names(tx: Transaction, erasure_id: str) -> Names:
    """Give the names to look for; raises `UnknownErasure`."""
    found = await store.names(tx, _id(erasure_id))
    if found is None:
        raise _unknown(erasure_id)
    return Names(names=tuple(found))


async def list_examples(tx: Transaction, asked: ListErasedExamples) -> ErasedExamples:
    """Give ids of the examples that were erased; raises `UnknownErasure`."""
    await find(tx, asked.erasure_id)
    after = pages.uuid(asked.cursor)
    found = await tombstones.examples(tx, asked.erasure_id, after=after, limit=asked.limit + 1)
    page = found[: asked.limit]
    return ErasedExamples(ids=tuple(page), next_cursor=page[-1] if len(found) > len(page) else None)


async def acknowledge(tx: Transaction, erasure_id: str, service: Service, counts: Mapping[str, int]) -> None:
    """Note that a service is done; the last one completes the erasure, and the names are forgotten."""
    await store.lock(tx, erasure_id)
    if not await store.finish(tx, erasure_id, service):
        return
    await store.add(tx, erasure_id, service, counts)
    if await store.complete(tx, erasure_id):
        await tombstones.forget_finds(tx, erasure_id)
        tx.publish(ErasureCompleted(erasure_id=erasure_id, counts=_sum(await find(tx, erasure_id))))


def _sum(erasure: Erasure) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in erasure.parts:
        for kind, count in part.counts.items():
            total[kind] = total.get(kind, 0) + count
    return total


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as wrong:
        raise _unknown(text) from wrong


def _unknown(erasure_id: str) -> UnknownErasure:
    return UnknownErasure(f"There is no erasure {erasure_id!r}.")
