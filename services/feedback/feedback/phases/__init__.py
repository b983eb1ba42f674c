"""Where answers and opinions are counted for the phases in which versions serve side by side.

What a phase comes to depends on what is stored alone, not on the order in which it came: every answer is counted for a
phase once, when the later of the two is stored, and every opinion when the last of phase, answer and opinion is.
"""

from collections.abc import Iterable, Iterator, Sequence

from chassis.database import Transaction
from contracts.events.phases import PhaseClosed, PhaseOpened
from feedback import standing
from feedback.phases import counting
from feedback.phases.counting import Counted
from feedback.store import answers, exposures, inferences, phase_sums
from feedback.store import phases as stored
from feedback.store.answers import Answer, Places, Stretch
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion
from feedback.store.phases import Phase, Span

_PLACES = 10_000


async def count(tx: Transaction, served: Sequence[NewRow], changes: Sequence[tuple[Opinion, int]]) -> None:
    """Count what is new; the caller holds the lock on ingest. A task that never had a phase costs one look."""
    tasks = {(row.tenant, row.task) for row in (*served, *(opinion for opinion, _ in changes))}
    divided = await stored.tasks_with_any(tx, sorted(tasks)) if tasks else set[tuple[str, str]]()
    if not divided:
        return
    new = [answers.of(row) for row in served if (row.tenant, row.task) in divided]
    told = [each for each in changes if each[0].attached and (each[0].tenant, each[0].task) in divided]
    known = await _about(tx, new, told)
    happening = await stored.during(tx, list(_spans((*new, *known)))) if new or known else []
    if happening:
        counted = Counted()
        counting.add(counted, happening, new)
        counting.add_opinions(counted, happening, told, (*new, *known))
        await _keep(tx, counted)


async def open_(tx: Transaction, opened: PhaseOpened) -> None:
    """Count from now on, and what was stored before the event came; nothing changes if it comes again."""
    await inferences.lock(tx)
    phase = await stored.open_(tx, opened)
    if phase:
        await _recount(tx, phase, Stretch(phase.tenant, phase.task, phase.since, phase.until), 1)


async def close(tx: Transaction, closed: PhaseClosed) -> None:
    """End a phase, and take back what was counted beyond its end; it may not be opened yet."""
    await inferences.lock(tx)
    before = await stored.find(tx, closed.phase_id)
    await stored.close(tx, closed.phase_id, closed.task, closed.until)
    if before and (before.until is None or closed.until < before.until):
        beyond = Stretch(before.tenant, before.task, max(closed.until, before.since), before.until)
        await _recount(tx, before, beyond, -1)


async def _recount(tx: Transaction, phase: Phase, stretch: Stretch, sign: int) -> None:
    """Count what is stored of a stretch of time, a part at a time, lest it all lie in memory."""
    for part in _parts(await answers.places(tx, stretch)):
        found = await answers.of_stretch(tx, stretch, part)
        if found:
            counted = Counted(sign)
            counting.add(counted, [phase], found)
            said = await answers.opinions_about(tx, [(each.tenant, each.id) for each in found])
            counting.add_opinions(counted, [phase], [(each, 1) for each in standing.merge(said)], found)
            await _keep(tx, counted)


async def _about(tx: Transaction, new: Iterable[Answer], told: Iterable[tuple[Opinion, int]]) -> list[Answer]:
    """Give the answers that are not new, but that opinions are about."""
    at_hand = {(each.tenant, each.id) for each in new}
    wanted = {(each.tenant, each.inference_id) for each, _ in told if each.inference_id is not None} - at_hand
    return await answers.find(tx, sorted(wanted)) if wanted else []


async def _keep(tx: Transaction, counted: Counted) -> None:
    if counted.units:
        await exposures.add(tx, counted.units)
    if counted.outcomes:
        await exposures.add_outcomes(tx, counted.outcomes)
    await phase_sums.add(tx, counted.units, counted.outcomes)
    changed = counted.changed()
    if changed:
        await stored.change(tx, changed)


def _spans(happened: Iterable[Answer]) -> Iterator[Span]:
    spans: dict[tuple[str, str], Span] = {}
    for each in happened:
        known = spans.get((each.tenant, each.task))
        first = min(known.first, each.occurred_at) if known else each.occurred_at
        last = max(known.last, each.occurred_at) if known else each.occurred_at
        spans[each.tenant, each.task] = Span(each.tenant, each.task, first, last)
    yield from spans.values()


def _parts(places: Iterable[Places]) -> Iterator[Places]:
    for each in places:
        for first in range(each.first, each.last + 1, _PLACES):
            yield Places(first, min(first + _PLACES - 1, each.last), each.day)
