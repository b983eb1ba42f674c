"""Where it is decided whether a task should be trained, from evidence alone."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.api.retraining import RetrainPolicy
from feedback.policies import drifting
from feedback.policies.evidence import Evidence

__all__ = ["Decision", "Evidence", "decide"]

_UNANSWERED = timedelta(minutes=1)
_LONG_HOURS = 2
"""How long a request counts as under way although no job is known yet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to ask for training, with the reasons in sentences."""

    fired: bool
    reasons: tuple[str, ...]


def decide(policy: RetrainPolicy, evidence: Evidence) -> Decision:
    """Decide: any condition that holds asks for training, unless something stands against it."""
    conditions = (
        _accuracy(policy, evidence),
        _examples(policy, evidence),
        _age(policy, evidence),
        drifting.judge(policy.drift, policy.min_sample, evidence.drift),
    )
    holding = tuple(sentence for holds, sentence in conditions if holds)
    if not holding:
        return Decision(fired=False, reasons=tuple(sentence for _, sentence in conditions if sentence))
    against = _against(policy, evidence)
    return Decision(fired=not against, reasons=(*holding, *against))


Condition = tuple[bool, str]


def _accuracy(policy: RetrainPolicy, evidence: Evidence) -> Condition:
    if policy.min_accuracy is None:
        return False, "Accuracy is not watched."
    if evidence.champion is None:
        return False, "No version serves yet, so there is no live accuracy."
    if evidence.judged < policy.min_sample or evidence.accuracy is None:
        return False, (f"{_opinions(evidence.judged)} on the champion; accuracy counts from {policy.min_sample:,} on.")
    below = evidence.accuracy < policy.min_accuracy
    return below, (
        f"Live accuracy {evidence.accuracy:.3f} over {_opinions(evidence.judged)} is "
        f"{'below' if below else 'not below'} {policy.min_accuracy:g}."
    )


def _opinions(count: int) -> str:
    return "1 opinion" if count == 1 else f"{count:,} opinions"


def _examples(policy: RetrainPolicy, evidence: Evidence) -> Condition:
    if policy.min_new_examples is None:
        return False, "New examples are not counted."
    since = "since the last training" if evidence.trained_at else "and no training yet"
    enough = evidence.new_examples >= policy.min_new_examples
    return enough, (
        f"{evidence.new_examples:,} approved examples {since}; {policy.min_new_examples:,} "
        f"{'are enough' if enough else 'are needed'}."
    )


def _age(policy: RetrainPolicy, evidence: Evidence) -> Condition:
    if policy.max_age_hours is None:
        return False, "The age of the last training is not watched."
    age = evidence.hours_since_training
    if age is None:
        return False, "There was no training yet whose age could count."
    old = age >= policy.max_age_hours
    if old and not evidence.new_examples:
        return False, f"The last training is {age:.1f} h old, but there is no new example to learn from."
    return old, f"The last training is {age:.1f} h old; it may be {policy.max_age_hours:g} h old."


def _against(policy: RetrainPolicy, evidence: Evidence) -> tuple[str, ...]:
    found: list[str] = []
    if not policy.enabled:
        found.append("The policy is switched off.")
    if evidence.running_job:
        found.append(f"Job {evidence.running_job} is under way.")
    elif _unanswered(evidence):
        found.append("Training was asked for a moment ago and is about to begin.")
    left = evidence.cooldown_left(policy)
    if left:
        found.append(f"The cooldown lasts another {_lasting(left)}.")
    return tuple(found)


def _lasting(left: timedelta) -> str:
    hours = left / timedelta(hours=1)
    return f"{hours:.1f} h" if hours > _LONG_HOURS else f"{left / timedelta(minutes=1):.1f} min"


def _unanswered(evidence: Evidence) -> bool:
    asked = evidence.requested_at
    if asked is None or evidence.at - asked >= _UNANSWERED:
        return False
    return evidence.queued_at is None or evidence.queued_at < asked
