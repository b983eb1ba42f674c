"""Where a pending example is changed before it is settled; what was said about the older text counts no more."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Transaction
from contracts.api.example import Example
from contracts.api.outcome import text_of
from contracts.api.review import ExampleEdit, HistoryKind
from contracts.errors import NotAllowed
from contracts.events.learning import QueueChanged
from feedback import examples, quality
from feedback.examples import judging
from feedback.reviews import refusals
from feedback.store import assignments, edits, histories
from feedback.store import reviews as store
from feedback.store.histories import NewEntry
from feedback.store.reviews import Case

Change = dict[str, Any]


async def edit(tx: Transaction, example_id: str, given: ExampleEdit, expected: int | None, *, own: bool) -> Example:
    """Change an example; raises `UnknownExample`, `AlreadyReviewed`, `Stale`, `NotAllowed`."""
    case = await refusals.lock(tx, example_id, expected)
    if own and not refusals.is_own(tx, case):
        raise NotAllowed("You did not submit this example; somebody who may review can edit it.")
    changes = _changes(await examples.find(tx, case.id), given)
    if not changes:
        return await examples.find(tx, case.id)
    reset: Sequence[str] = await _reset(tx, case) if any(each["field"] != "note" for each in changes) else ()
    await _apply(tx, case.id, changes)
    await judging.rejudge(tx, case.task, [case.id])
    names = ", ".join(each["field"] for each in changes)
    whose = f"; the reviews by {', '.join(reset)} were about the older text" if reset else ""
    content: dict[str, Any] = {"sentence": f"Changed: {names}{whose}.", "changes": changes}
    await histories.add(tx, [NewEntry(case.id, HistoryKind.EDITED.value, content)])
    tx.publish(QueueChanged(task=case.task, what=HistoryKind.EDITED, count=1, by=tx.cause.actor, example_id=case.id))
    return await examples.find(tx, case.id)


def _changes(before: Example, given: ExampleEdit) -> list[Change]:
    wanted = {name: value for name, value in given if value is not None}
    return [
        {"field": name, "before": getattr(before, name), "after": value}
        for name, value in wanted.items()
        if value != getattr(before, name)
    ]


async def _reset(tx: Transaction, case: Case) -> Sequence[str]:
    """Let the reviews so far stand no more, and ask the same people again."""
    reviewers = sorted(by for _, by in await store.retire(tx, [case.id], everybodys=True))
    if reviewers:
        await assignments.assign(tx, [(case.id, case.task, person) for person in reviewers])
    if case.disputed:
        await store.mark(tx, [case.id], disputed=False)
    return reviewers


async def _apply(tx: Transaction, example_id: str, changes: Sequence[Change]) -> None:
    fields = {each["field"]: each["after"] for each in changes}
    await edits.change(tx, example_id, fields, quality.likeness(text_of(fields.get("input"))))
