"""Where people are told what to review next, and hold it so that two never do the same at once."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.page import Page
from contracts.api.review import Claim, Claimed, GivenReview, HistoryKind, QueuedExample, Release, Released
from contracts.events.learning import QueueChanged
from feedback.reviews import refusals
from feedback.store import assignments, feedback_policies, histories, holds, queues, reviews
from feedback.store.histories import NewEntry
from feedback.store.queues import Wish


async def list_(tx: Transaction, task: str, limit: int) -> Page[QueuedExample]:
    """Give what whoever asks should review next; the page is shorter where examples are long."""
    policy = await _policy(tx, task)
    ids = await _next(tx, policy, task, limit)
    page = pages.cut(await _queued(tx, ids, policy), limit, lambda each: each.example.id)
    return Page(items=page.items)


async def claim(tx: Transaction, given: Claim) -> Claimed:
    """Hold the next examples for whoever asks; people take turns, so that nobody is given what another just got."""
    await holds.take_turns(tx, given.task)
    await holds.expire(tx, given.task)
    policy = await _policy(tx, given.task)
    ids = await _next(tx, policy, given.task, given.limit)
    if ids:
        await holds.hold(tx, ids, given.task, given.minutes)
    return Claimed(items=tuple(await _queued(tx, ids, policy)))


async def release(tx: Transaction, given: Release) -> Released:
    """Give examples back to the queue."""
    person = given.person or tx.cause.actor
    ids = refusals.ids(given.ids) if given.ids is not None else None
    freed = await assignments.release(tx, person, task=given.task, example_ids=ids, claims_only=given.claims_only)
    entry = {"sentence": f"Taken back from {person}.", "to": [person]}
    assigned = [NewEntry(example_id, HistoryKind.RELEASED.value, entry) for example_id, _, was in freed if was]
    await histories.add(tx, assigned)
    tasks = {example_id: task for example_id, task, _ in freed}
    for task in sorted(set(tasks.values())):
        count = sum(each == task for each in tasks.values())
        tx.publish(QueueChanged(task=task, what=HistoryKind.RELEASED, count=count, by=tx.cause.actor))
    return Released(released=len(tasks))


async def _policy(tx: Transaction, task: str) -> FeedbackPolicy:
    return await feedback_policies.find(tx, task)


async def _next(tx: Transaction, policy: FeedbackPolicy, task: str, limit: int) -> list[str]:
    """Take first what is assigned, then what is disputed, then what the policy's order says."""
    hardest = policy.review_order == "hardest"
    who = (tx.cause.actor, tx.cause.person)
    wish = Wish(tx.tenant, task, *who, policy.own_reviews, policy.required_reviews, limit, hardest)
    found = dict.fromkeys(await queues.assigned(tx, wish))
    found |= dict.fromkeys(await queues.disputed(tx, wish))
    if len(found) < limit:
        in_order = queues.hardest if hardest else queues.oldest
        found |= dict.fromkeys(await in_order(tx, wish))
    return list(found)[:limit]


async def _queued(tx: Transaction, ids: list[str], policy: FeedbackPolicy) -> list[QueuedExample]:
    if not ids:
        return []
    votes = await reviews.standing(tx, ids)
    texts = await queues.texts(tx, [vote.id for given in votes.values() for vote in given])
    found: list[QueuedExample] = []
    for waiting in await queues.list_(tx, ids):
        given = votes.get(waiting.example.id, [])
        shown = tuple(
            GivenReview(
                by=vote.by, verdict=vote.verdict, note=vote.note, at=vote.at, adjudicates=vote.adjudicates,
                expected_output=texts.get(vote.id),
            )
            for vote in given if waiting.example.disputed
        )  # fmt: skip
        found.append(
            QueuedExample(
                example=waiting.example, reviews=len(given), required=policy.required_reviews,
                assigned_to=waiting.assigned_to, held_until=waiting.held_until, given=shown,
            )
        )  # fmt: skip
    return found
