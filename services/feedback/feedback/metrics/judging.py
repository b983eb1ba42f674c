"""Where it is said what an opinion says about the answer that it is about."""

from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.api.feedback import FeedbackVerdict, Operation
from contracts.api.feedback_policy import SuccessDefinition
from feedback.store.opinions import Opinion


class Judgement(NamedTuple):
    """Whether an answer was right, and the right label where it is known."""

    right: bool
    actual: str | None


def judge(predicted: str | None, corrected: str | None, verdict: str | None) -> Judgement | None:
    """Judge an answer by an opinion; None where the opinion does not tell.

    A correction is compared with what was predicted; without one the verdict decides, and a positive one confirms the
    prediction. A negative one says that the answer was wrong, but not what would have been right.
    """
    if predicted is not None and corrected is not None:
        return Judgement(predicted == corrected, corrected)
    if verdict is None:
        return None
    right = verdict == FeedbackVerdict.POSITIVE
    return Judgement(right, predicted if right else None)


def succeeded(operation: str, score: float | None, verdict: str | None) -> float | None:
    """Give how well it went, 0 to 1, if the opinion tells the outcome: its score, else its verdict."""
    if operation != Operation.OUTCOME or (score is None and verdict is None):
        return None
    return score if score is not None else float(verdict == FeedbackVerdict.POSITIVE)


def success_of(opinion: Opinion, definition: SuccessDefinition, answered_at: datetime | None) -> float | None:
    """Give what an opinion counts for success as it is defined; None if it tells none, or came too late for it."""
    told = _told(opinion, definition.metric)
    if told is None or _is_late(opinion.occurred_at, answered_at, definition.window_hours):
        return None
    if definition.type == "mean":
        return told
    reached = told >= definition.threshold if definition.direction == "higher" else told <= definition.threshold
    return float(reached)


def _told(opinion: Opinion, metric: str | None) -> float | None:
    if metric is None:
        return succeeded(opinion.operation, opinion.score, opinion.verdict)
    return opinion.value if opinion.metric == metric else None


def _is_late(told_at: datetime, answered_at: datetime | None, window_hours: float | None) -> bool:
    if answered_at is None or window_hours is None:
        return False
    return told_at - answered_at > timedelta(hours=window_hours)
