"""Where it is said what an opinion says about the answer that it is about."""

from typing import NamedTuple

from contracts.api.feedback import FeedbackVerdict, Operation


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
