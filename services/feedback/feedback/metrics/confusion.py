"""Where precision, recall and F1 are worked out from how often each label was taken for which."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

Confusion = Mapping[tuple[str, str], int]
"""How often, by the label that was predicted and the right one."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Macro averages over the labels that were predicted or right; None without any."""

    precision: float | None
    recall: float | None
    f1: float | None


def scores(confusion: Confusion) -> Scores:
    """Work out the macro averages; a label that was never predicted has precision 0, as in scikit-learn."""
    right, predicted, actual = Counter[str](), Counter[str](), Counter[str]()
    for (said, was), count in confusion.items():
        if count > 0:
            predicted[said] += count
            actual[was] += count
            right[said] += count if said == was else 0
    each = [_of_label(right[label], predicted[label], actual[label]) for label in sorted(predicted | actual)]
    if not each:
        return Scores(None, None, None)
    precision, recall, f1 = (sum(column) / len(each) for column in zip(*each, strict=True))
    return Scores(precision, recall, f1)


def _of_label(right: int, predicted: int, actual: int) -> tuple[float, float, float]:
    return _share(right, predicted), _share(right, actual), _share(2 * right, predicted + actual)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
