"""Where it is said under which Idempotency-Keys an answer is kept briefly, or not at all, instead of for a day."""

import re
from collections.abc import Iterable

QUESTIONS = frozenset(
    {
        "/v1/experiments/{experiment_id}/replay",
        "/v1/metrics/export",
        "/v1/redaction/preview",
        "/v1/rollouts/{rollout_id}/replay",
        "/v1/tasks/{task}/retrain-policy/replay",
    }
)
"""What only asks, though with POST: nothing is kept, as it may be asked again without anything being done twice."""

BRIEF = frozenset({"/v1/tasks/{task}/predict"})
"""What is asked a thousand times as often as all else and leaves a line of its own in a log: kept for ten minutes."""


def _written(routes: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.sub(r"{\w+}", "[^/]+", route) for route in sorted(routes)))


_QUESTIONS, _BRIEF = _written(QUESTIONS), _written(BRIEF)


def only_asks(path: str) -> bool:
    """Say whether nothing is kept, because a request changes nothing."""
    return _QUESTIONS.fullmatch(path) is not None


def is_brief(path: str) -> bool:
    """Say whether an answer is kept only as long as somebody may send the same request again by mistake."""
    return _BRIEF.fullmatch(path) is not None
