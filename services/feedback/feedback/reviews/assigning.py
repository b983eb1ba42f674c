"""Where pending examples are shared out among people."""

from collections.abc import Sequence

from chassis import store as chassis_store
from chassis.database import Transaction
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.review import Assigned, Assignment, AssignmentOfOne, HistoryKind
from contracts.events.learning import QueueChanged
from feedback.reviews import refusals, sharing
from feedback.reviews.sharing import Open, Shares
from feedback.store import assignments, feedback_policies, histories
from feedback.store.assignments import Unassigned
from feedback.store.histories import NewEntry

_AT_ONCE = 5000
_TURNS = "review assignments"


async def assign(tx: Transaction, given: Assignment) -> Assigned:
    """Share examples out evenly: those named, or those of a task that have too few people, the oldest first."""
    ids = sorted(set(refusals.ids(given.ids))) if given.ids is not None else None
    await chassis_store.take_turns(tx, _TURNS)
    waiting = await assignments.unassigned(tx, task=given.task, example_ids=ids, limit=_AT_ONCE + 1)
    return await _share(tx, waiting[:_AT_ONCE], given.to, each=given.each, left=max(0, len(waiting) - _AT_ONCE))


async def assign_one(tx: Transaction, example_id: str, given: AssignmentOfOne) -> Assigned:
    """Give one example to people; raises `UnknownExample`, `AlreadyReviewed`."""
    await chassis_store.take_turns(tx, _TURNS)
    case = await refusals.lock(tx, example_id)
    if given.replace:
        await assignments.unassign(tx, case.id)
    waiting = await assignments.unassigned(tx, task=None, example_ids=[case.id], limit=1)
    people = tuple(dict.fromkeys(given.to))
    already = sum(len(each.known_to) for each in waiting)
    return await _share(tx, waiting, people, each=already + len(people), left=0)


async def _share(
    tx: Transaction, waiting: Sequence[Unassigned], to: Sequence[str], *, each: int | None, left: int
) -> Assigned:
    people = tuple(dict.fromkeys(to))
    tasks = {example.task for example in waiting}
    policies = {task: one for (_, task), one in (await _policies(tx, tasks)).items()}
    loads = await assignments.loads(tx, people, sorted(tasks))
    shares = sharing.share([_open(example, policies[example.task], each) for example in waiting], people, loads)
    task_of = {example.id: example.task for example in waiting}
    if shares.given:
        await assignments.assign(tx, [(example_id, task_of[example_id], person) for example_id, person in shares.given])
        await histories.add(tx, _entries(shares))
        _tell(tx, shares, task_of)
    touched = len({example_id for example_id, _ in shares.given})
    return Assigned(
        examples=touched, assignments=len(shares.given), by=shares.by_person(), short=shares.short, left=left
    )


async def _policies(tx: Transaction, tasks: set[str]) -> dict[tuple[str, str], FeedbackPolicy]:
    return dict(await feedback_policies.of(tx, {(tx.tenant, task) for task in tasks}))


def _open(example: Unassigned, policy: FeedbackPolicy, each: int | None) -> Open:
    wanted = each or policy.required_reviews
    missing = max(0, wanted - example.reviews - example.assigned)
    if example.disputed and each is None:
        missing = 0 if example.assigned else 1
    own = () if policy.own_reviews else (example.submitted_by,)
    return Open(example.id, missing, frozenset((*example.known_to, *own)))


def _entries(shares: Shares) -> list[NewEntry]:
    people: dict[str, list[str]] = {}
    for example_id, person in shares.given:
        people.setdefault(example_id, []).append(person)
    return [
        NewEntry(example_id, HistoryKind.ASSIGNED.value, {"sentence": f"Given to {', '.join(to)}.", "to": to})
        for example_id, to in people.items()
    ]


def _tell(tx: Transaction, shares: Shares, task_of: dict[str, str]) -> None:
    given = {example_id for example_id, _ in shares.given}
    for task in sorted({task_of[example_id] for example_id in given}):
        count = sum(task_of[example_id] == task for example_id in given)
        tx.publish(QueueChanged(task=task, what=HistoryKind.ASSIGNED, count=count, by=tx.cause.actor))
