"""Where it is shown for a card which labels a classifier gets wrong, and what it takes them for."""

from collections import Counter
from typing import TypeVar

from trainer.trainers.classification.measuring import Sheet

Key = TypeVar("Key", str, tuple[str, str])

SHOWN = 20


def worst(sheet: Sheet) -> list[dict[str, object]]:
    """The labels that are found least, with their recall and how many rows have them."""
    support = Counter(sheet.given)
    found = Counter(label for label, right in zip(sheet.given, sheet.right, strict=True) if right)
    in_order = sorted(support, key=lambda label: (found[label] / support[label], -support[label], label))
    return [
        {"label": label, "recall": round(found[label] / support[label], 6), "support": support[label]}
        for label in in_order[:SHOWN]
    ]


def confusions(sheet: Sheet) -> list[dict[str, object]]:
    """The wrong answers that were given most often."""
    pairs = Counter(pair for pair in zip(sheet.given, sheet.guess.answered, strict=True) if pair[0] != pair[1])
    return [{"label": given, "answered": answered, "rows": rows} for (given, answered), rows in ranked(pairs)[:SHOWN]]


def ranked(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """What was counted, the most frequent first, by name where that is equal."""
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
