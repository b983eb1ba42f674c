"""Where examples are settled, or called disputed, as soon as enough people have reviewed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.database import Transaction
from contracts.api.example import ExampleStatus
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.review import HistoryKind
from contracts.events.learning import ExamplesReviewed
from feedback.reviews import agreement
from feedback.reviews.agreement import Outcome
from feedback.store import assignments, feedback_policies, histories
from feedback.store import reviews as store
from feedback.store.histories import NewEntry
from feedback.store.reviews import Case, Settlement, Vote

Policies = Mapping[str, FeedbackPolicy]


@dataclass(frozen=True, slots=True)
class Found:
    """How the reviews of some examples stand: each with its reviews and what follows from them."""

    by_case: Mapping[str, tuple[Case, Sequence[Vote], Outcome]] = field(
        default_factory=dict[str, tuple[Case, Sequence[Vote], Outcome]]
    )

    @property
    def settled(self) -> list[tuple[Case, Sequence[Vote], Outcome]]:
        """Give those that are settled."""
        return [each for each in self.by_case.values() if each[2].settled]

    @property
    def disputed(self) -> list[tuple[Case, Sequence[Vote], Outcome]]:
        """Give those whose reviewers disagree."""
        return [each for each in self.by_case.values() if each[2].disputed]


async def policies_of(tx: Transaction, cases: Sequence[Case]) -> Policies:
    """Give the policies of the examples' tasks."""
    found = await feedback_policies.of(tx, {(tx.tenant, case.task) for case in cases})
    return {task: policy for (_, task), policy in found.items()}


async def settle(tx: Transaction, cases: Sequence[Case], policies: Policies) -> Found:
    """Look at all reviews of locked examples, and settle what can be settled."""
    ids = [case.id for case in cases]
    votes = await store.standing(tx, ids)
    found = Found({case.id: _judged(case, votes.get(case.id, ()), policies[case.task]) for case in cases})
    await _end(tx, found)
    newly = [case.id for case, _, _ in found.disputed if not case.disputed]
    if newly:
        await store.mark(tx, newly, disputed=True)
    calmed = [case.id for case, _, outcome in found.by_case.values() if case.disputed and not outcome.disputed]
    if calmed:
        await store.mark(tx, calmed, disputed=False)
    await histories.add(tx, [entry for each in found.by_case.values() if (entry := _entry(*each))])
    return found


def _judged(case: Case, votes: Sequence[Vote], policy: FeedbackPolicy) -> tuple[Case, Sequence[Vote], Outcome]:
    return case, votes, agreement.decide(votes, policy.required_reviews, policy.agreement)


async def _end(tx: Transaction, found: Found) -> None:
    if not found.settled:
        return
    for case, votes, outcome in found.settled:
        await _put_agreed_text(tx, case, votes, outcome)
    await store.settle(tx, [_settlement(*each) for each in found.settled])
    await assignments.clear(tx, [case.id for case, _, _ in found.settled])
    counts: dict[tuple[str, ExampleStatus], int] = {}
    for case, _, outcome in found.settled:
        counts[case.task, outcome.status] = counts.get((case.task, outcome.status), 0) + 1
    for (task, status), count in counts.items():
        tx.publish(ExamplesReviewed(task=task, status=status, count=count, by=tx.cause.actor))


async def _put_agreed_text(tx: Transaction, case: Case, votes: Sequence[Vote], outcome: Outcome) -> None:
    """Store what was agreed on, where the example says something else since: only then it was written down."""
    decisive = outcome.decisive
    if decisive is None or outcome.status is not ExampleStatus.APPROVED or len({vote.answer for vote in votes}) == 1:
        return
    agreed = await store.text_in(tx, decisive.id)
    if agreed is not None:
        await store.amend(tx, case.id, agreed)


def _settlement(case: Case, votes: Sequence[Vote], outcome: Outcome) -> Settlement:
    own = outcome.decisive.note if outcome.decisive else None
    note = own or next((vote.note for vote in reversed(votes) if vote.note), None)
    return Settlement(case.id, str(outcome.status), ", ".join(vote.by for vote in votes), note)


def _entry(case: Case, _votes: Sequence[Vote], outcome: Outcome) -> NewEntry | None:
    if outcome.settled:
        content = {"sentence": outcome.sentence, "status": str(outcome.status)}
        return NewEntry(case.id, HistoryKind.SETTLED.value, content)
    if outcome.disputed and not case.disputed:
        return NewEntry(case.id, HistoryKind.DISPUTED.value, {"sentence": outcome.sentence})
    return None
