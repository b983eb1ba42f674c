"""Where it is worked out which label is taken for which: pure, from how often each was."""

from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.api.insights import ConfusedLabels
from feedback.store.insights import Corrected

_MOST_EXAMPLES = 3


def top(
    confusion: Iterable[tuple[str, str, str, int]], corrections: Sequence[Corrected], *, most: int = 10
) -> tuple[ConfusedLabels, ...]:
    """Give the pairs that were confused most, over all versions, with examples among the newest corrections."""
    pairs: Counter[tuple[str, str]] = Counter()
    for _, predicted, actual, count in confusion:
        pairs[predicted, actual] += count
    wrong = Counter({pair: count for pair, count in pairs.items() if pair[0] != pair[1] and count > 0})
    said: Counter[str] = Counter()
    for (predicted, _), count in pairs.items():
        said[predicted] += count
    ranked = sorted(wrong.items(), key=lambda each: (-each[1], each[0]))[:most]
    return tuple(
        ConfusedLabels(
            predicted=predicted, actual=actual, count=count, share=count / wrong.total(),
            share_of_predicted=count / said[predicted], example_ids=_shown(predicted, actual, corrections),
        )
        for (predicted, actual), count in ranked
    )  # fmt: skip


def _shown(predicted: str, actual: str, corrections: Iterable[Corrected]) -> tuple[str, ...]:
    found = (each.id for each in corrections if (each.predicted, each.actual) == (predicted, actual))
    return tuple(id for id, _ in zip(found, range(_MOST_EXAMPLES), strict=False))
