"""Where people review examples: until enough of them have, and agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.database import Transaction
from contracts.api.example import Example, Review, Reviewed, ReviewOfMany, ReviewVerdict
from contracts.api.review import HistoryKind
from contracts.errors import OwnExample
from contracts.events.learning import QueueChanged
from feedback import examples
from feedback.examples import judging
from feedback.reviews import refusals, settling
from feedback.reviews.settling import Found, Policies
from feedback.store import assignments, histories
from feedback.store import reviews as store
from feedback.store.histories import NewEntry
from feedback.store.reviews import Case, NewReview

_AT_ONCE = 1000
_MOST_PAGES = 8


@dataclass(frozen=True, slots=True)
class _Said:
    verdict: ReviewVerdict
    note: str | None
    before: Any = None
    after: Any = None

    @property
    def edited(self) -> bool:
        return self.after is not None


async def give(tx: Transaction, example_id: str, given: Review, *, expected_revision: int | None = None) -> Example:
    """Review a pending example; raises `UnknownExample`, `AlreadyReviewed`, `OwnExample`, `Stale`."""
    case = await refusals.lock(tx, example_id, expected_revision)
    policies = await settling.policies_of(tx, [case])
    if not _may_review(tx, case, policies):
        raise OwnExample("You submitted this example; somebody else has to review it, says the task's feedback policy.")
    said = await _amend(tx, case, given)
    found = await _keep(tx, [case], said, policies)
    _tell(tx, found, case.id)
    return await examples.find(tx, example_id)


async def give_many(tx: Transaction, given: ReviewOfMany) -> Reviewed:
    """Review those of many examples that are pending, and that whoever asks may review."""
    ids = sorted(set(refusals.ids(given.ids)))
    pending = await store.lock(tx, ids)
    policies = await settling.policies_of(tx, pending)
    cases = [case for case in pending if _may_review(tx, case, policies)]
    if not cases:
        return Reviewed(reviewed=0, skipped=len(ids))
    found = await _keep(tx, cases, _Said(given.verdict, given.note), policies)
    _tell(tx, found, None)
    settled, disputed = len(found.settled), len(found.disputed)
    waiting = len(cases) - settled - disputed
    return Reviewed(
        reviewed=len(cases), settled=settled, waiting=waiting, disputed=disputed, skipped=len(ids) - len(cases)
    )


async def resettle(tx: Transaction, task: str) -> None:
    """Settle what the task's policy, which has just changed, lets be settled, as far as that is done in seconds.

    What is left shows up in everybody's queue, and the next review of it settles it: nothing waits for ever.
    """
    after: str | None = None
    for _ in range(_MOST_PAGES):
        ids = await store.list_reviewed(tx, task, after=after, limit=_AT_ONCE)
        if not ids:
            return
        cases = await store.lock(tx, ids)
        await settling.settle(tx, cases, await settling.policies_of(tx, cases))
        after = ids[-1]


def _may_review(tx: Transaction, case: Case, policies: Policies) -> bool:
    return policies[case.task].own_reviews or not refusals.is_own(tx, case)


async def _amend(tx: Transaction, case: Case, given: Review) -> _Said:
    """Let the example say what the reviewer would have it say, so that the next one sees that."""
    wanted = given.expected_output if given.verdict is ReviewVerdict.APPROVE else None
    before = (await examples.find(tx, case.id)).expected_output
    if wanted is None or wanted == before:
        return _Said(given.verdict, given.note)
    await store.keep_texts(tx, case.id)
    await store.amend(tx, case.id, wanted)
    await judging.rejudge(tx, case.task, [case.id])
    return _Said(given.verdict, given.note, before, wanted)


async def _keep(tx: Transaction, cases: Sequence[Case], said: _Said, policies: Policies) -> Found:
    ids = [case.id for case in cases]
    again = {example_id for example_id, _ in await store.retire(tx, ids, everybodys=False)}
    new = [NewReview(case.id, case.task, case.disputed and case.id not in again) for case in cases]
    await store.insert(tx, new, said.verdict, note=said.note, edited=said.edited)
    await assignments.drop(tx, ids, by=tx.cause.actor)
    await histories.add(tx, list(_entries(new, again, said)))
    return await settling.settle(tx, cases, policies)


def _entries(new: Iterable[NewReview], again: set[str], said: _Said) -> Iterable[NewEntry]:
    changes = [{"field": "expected_output", "before": said.before, "after": said.after}] if said.edited else []
    for each in new:
        what = HistoryKind.ADJUDICATED if each.adjudicates else HistoryKind.REVIEWED
        how = "with another answer" if said.edited else "as it is"
        verdict = f"approved {how}" if said.verdict is ReviewVerdict.APPROVE else "rejected"
        instead = ", instead of an earlier review" if each.example_id in again else ""
        content = {"sentence": f"{verdict.capitalize()}{instead}.", "verdict": str(said.verdict), "changes": changes}
        yield NewEntry(each.example_id, what.value, content | ({"note": said.note} if said.note else {}))


def _tell(tx: Transaction, found: Found, example_id: str | None) -> None:
    """Say that the queue changed, task by task, where examples are still in it."""
    counts: dict[str, list[int]] = {}
    for case, _, outcome in found.by_case.values():
        if not outcome.settled:
            count = counts.setdefault(case.task, [0, 0])
            count[0] += 1
            count[1] += outcome.disputed
    for task, (count, disputed) in counts.items():
        tx.publish(
            QueueChanged(
                task=task, what=HistoryKind.REVIEWED, count=count, by=tx.cause.actor, disputed=disputed,
                example_id=example_id,
            )
        )  # fmt: skip
