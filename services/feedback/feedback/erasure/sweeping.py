"""Where this service erases what it holds: a bounded number of rows at a time, each lot in a transaction of its own."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from chassis import store as chassis_store
from chassis.database import Transaction
from chassis.spelling import spellings
from chassis.watching import Watch
from contracts.events.erasure import SubjectErased
from contracts.service import Service
from feedback import erasure
from feedback.erasure import hashing
from feedback.partitions import seldom
from feedback.store import days, erasing, inferences, remaining, tombstones, traces
from feedback.store import erasures as store
from feedback.store.days import Day
from feedback.store.erasing import Look
from feedback.store.erasures import Sweep

_MOST_ROWS = 20_000
"""Rows that are looked through in one transaction: some tens of milliseconds, twice a second."""

_MOST_FOUND = 2_000
"""Of them so many are deleted at once: all who store wait meanwhile, also those of other tenants."""

_FIRST = datetime.min.replace(tzinfo=UTC)


def watch() -> Watch:
    """Give what is done about erasures that are not finished here."""
    return Watch("erasures", store.due, sweep)


def forgetting() -> Watch:
    """Give what is done about tombstones whose time has come; who stores never waits for it."""
    return Watch("tombstones", seldom(tombstones.due), lambda tx, _: tombstones.clear(tx, limit=_MOST_ROWS))


async def sweep(tx: Transaction, erasure_id: str) -> None:
    """Go on with an erasure; what is done stays done, whenever it is broken off."""
    found, left = await store.take(tx, erasure_id), _MOST_ROWS
    while found and found.stage != "done" and left > 0:
        found, rows = await _STAGES[found.stage](tx, erasure_id, found)
        await store.move(tx, erasure_id, found)
        left -= rows


async def _inferences(tx: Transaction, erasure_id: str, at: Sweep) -> tuple[Sweep, int]:
    day = await erasing.next_day(tx, days.INFERENCES, at.day)
    if day is None:
        return _begin(at, "feedback"), 0
    looked = _some(await erasing.look_at_inferences(tx, day, _place(at, day), at.names, _MOST_ROWS))
    if looked.ids:
        await _bury(tx, erasure_id, "inference", looked)
        await tombstones.note(tx, erasure_id, "session", looked.sessions)
        await erasing.delete_inferences(tx, day, looked)
    return _next(at, day, looked), looked.rows


async def _feedback(tx: Transaction, erasure_id: str, at: Sweep) -> tuple[Sweep, int]:
    day = await erasing.next_day(tx, days.FEEDBACK, at.day)
    if day is None:
        return _begin(at, "examples"), 0
    looked = _some(await erasing.look_at_feedback(tx, day, _place(at, day), erasure_id, _MOST_ROWS))
    if looked.ids:
        await _bury(tx, erasure_id, "feedback", looked)
        await remaining.set_apart(tx, day, looked)
        await erasing.delete_feedback(tx, day, looked)
    return _next(at, day, looked), looked.rows


async def _examples(tx: Transaction, erasure_id: str, at: Sweep) -> tuple[Sweep, int]:
    looked = _some(await erasing.look_at_examples(tx, at.after or None, erasure_id, _MOST_ROWS))
    if looked.ids:
        await tombstones.note(tx, erasure_id, "example", looked.ids)
        await erasing.delete_examples(tx, looked.ids)
        await store.add(tx, erasure_id, Service.FEEDBACK, {"examples": len(looked.ids)})
    if looked.last is None:
        return _begin(at, "rest"), 0
    return at._replace(after=looked.last), looked.rows


async def _rest(tx: Transaction, erasure_id: str, at: Sweep) -> tuple[Sweep, int]:
    """Delete what is small, and say that this service is done; the trainer goes on from there."""
    named = spellings(at.names)
    answers = await chassis_store.delete_answers_with(tx, named)
    counts = {
        "conversations": await traces.delete_conversations(tx, erasure_id, at.names),
        "units": await traces.delete_units(tx, at.names),
        "dead_letters": await chassis_store.delete_letters_with(tx, named),
        "kept_answers": answers + await traces.delete_answers(tx, erasure_id),
    }
    tx.publish(SubjectErased(erasure_id=erasure_id, examples=await tombstones.count_examples(tx, erasure_id)))
    await erasure.acknowledge(tx, erasure_id, Service.FEEDBACK, counts)
    return at._replace(stage="done"), 0


async def _bury(tx: Transaction, erasure_id: str, kind: str, looked: Look) -> None:
    """Note what is about to be deleted, and see to it that it does not come again; who stores waits meanwhile."""
    await inferences.lock(tx)
    await tombstones.note(tx, erasure_id, kind, looked.ids)
    begun = await erasure.find(tx, erasure_id)
    salt = await store.find_salt(tx)
    hashed = hashing.INFERENCE if kind == "inference" else hashing.OPINION
    await tombstones.put(tx, [hashing.of(salt, hashed, each) for each in looked.ids], begun.refused_until)
    counted = "inferences" if kind == "inference" else "feedback"
    await store.add(tx, erasure_id, Service.FEEDBACK, {counted: len(looked.ids)})


def _some(looked: Look) -> Look:
    """Take the first of what was found, where it is much; a transaction of its own goes on after them."""
    if len(looked.ids) <= _MOST_FOUND:
        return looked
    ids, places = looked.ids[:_MOST_FOUND], looked.places[:_MOST_FOUND]
    last = str(places[-1]) if places else ids[-1]
    return looked._replace(rows=_MOST_ROWS, last=last, ids=ids, places=places)


def _begin(at: Sweep, stage: str) -> Sweep:
    return Sweep(at.names, stage, _FIRST, "")


def _place(at: Sweep, day: Day) -> int:
    return int(at.after or 0) if at.day == day.until else 0


def _next(at: Sweep, day: Day, looked: Look) -> Sweep:
    """Go on within the day, or, where nothing is left of it, a moment after its end."""
    if looked.last is not None:
        return at._replace(day=day.until, after=looked.last)
    return at._replace(day=day.until + datetime.resolution, after="")


_STAGES: dict[str, Callable[[Transaction, str, Sweep], Awaitable[tuple[Sweep, int]]]] = {
    "inferences": _inferences,
    "feedback": _feedback,
    "examples": _examples,
    "rest": _rest,
}
