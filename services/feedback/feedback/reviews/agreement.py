"""Where it is decided from what reviewers say whether an example is settled: pure, by counting."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.api.example import ExampleStatus, ReviewVerdict
from contracts.api.feedback_policy import Agreement
from feedback.store.reviews import STATUS_AFTER, Vote

Opinion = tuple[ReviewVerdict, bytes | None]
"""Those who reject agree, whatever they looked at; those who approve have to approve the same answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an example stands; ``decisive`` is a review whose answer counts, ``sentence`` says why."""

    status: ExampleStatus
    disputed: bool
    sentence: str
    decisive: Vote | None = None

    @property
    def settled(self) -> bool:
        """Whether no more reviews are needed."""
        return self.status is not ExampleStatus.PENDING


def decide(votes: Sequence[Vote], required: int, rule: Agreement) -> Outcome:
    """Decide; somebody who was asked because others disagree has the last word."""
    adjudicator = next((vote for vote in reversed(votes) if vote.adjudicates), None)
    if adjudicator:
        others = len(votes) - 1
        sentence = f"{adjudicator.by} decided, because the {others} others disagreed."
        return Outcome(STATUS_AFTER[adjudicator.verdict], disputed=False, sentence=sentence, decisive=adjudicator)
    if len(votes) < required:
        sentence = f"{len(votes)} of {required} reviews are there."
        return Outcome(ExampleStatus.PENDING, disputed=False, sentence=sentence)
    return _by_counting(votes, rule)


def _by_counting(votes: Sequence[Vote], rule: Agreement) -> Outcome:
    counts = Counter(map(_opinion, votes))
    winner, count = counts.most_common(1)[0]
    enough = len(votes) if rule is Agreement.UNANIMOUS else len(votes) // 2 + 1
    if count < enough:
        return Outcome(ExampleStatus.PENDING, disputed=True, sentence=_disagreement(counts))
    decisive = next(vote for vote in votes if _opinion(vote) == winner)
    people = "1 reviewer decided." if len(votes) == 1 else f"{count} of {len(votes)} reviewers agree."
    return Outcome(STATUS_AFTER[winner[0]], disputed=False, sentence=people, decisive=decisive)


def _opinion(vote: Vote) -> Opinion:
    return vote.verdict, vote.answer if vote.verdict is ReviewVerdict.APPROVE else None


def _disagreement(counts: Counter[Opinion]) -> str:
    rejecting = sum(count for (verdict, _), count in counts.items() if verdict is ReviewVerdict.REJECT)
    answers = sum(verdict is ReviewVerdict.APPROVE for verdict, _ in counts)
    approving = counts.total() - rejecting
    different = f", with {answers} different answers" if answers > 1 else ""
    return f"The reviewers disagree: {approving} approve{different}, {rejecting} reject; one more person decides."
