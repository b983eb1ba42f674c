"""Where a classifier's card is written: what it learnt from, where it is weak, and how it was made."""

import platform
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

import polars as pl

from trainer.trainers.classification.calibration import Calibration
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.classification.scoring import Answers
from trainer.trainers.kind import Snapshot

Key = TypeVar("Key", str, tuple[str, str])

WORST_SHOWN = 20
FEW_ROWS = 5
FEW_HELD_ROWS = 100
LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Facts:
    """All that a card is written from; `used` are the training rows that were learnt from."""

    snapshot: Snapshot
    used: pl.DataFrame
    parameters: ClassificationParameters
    calibration: Calibration
    answers: Answers


def write(facts: Facts) -> dict[str, object]:
    """The card as plain JSON."""
    return {
        "data": _rows(facts),
        "calibration": {
            "method": "softmax of scaled margins, mixed with doubt, fitted on training rows unseen by the margins",
            "scale": facts.calibration.scale,
            "doubt": facts.calibration.doubt,
            "rows": facts.calibration.rows,
        },
        "slices": _slices(facts.answers),
        "confusions": _confusions(facts.answers),
        "limits": _limits(facts),
        "parameters": facts.parameters.model_dump(mode="json"),
        "seed": facts.parameters.seed,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot, counts = facts.snapshot, Counter(facts.used["label"].to_list())
    total = facts.used.height
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": total,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "duplicates_removed": snapshot.removed.get("duplicates", 0),
        "blank_rows_left_out": snapshot.removed.get("blank", 0),
        "classes": len(counts),
        "prevalence": {label: round(count / total, 6) for label, count in _ranked(counts)},
    }


def _slices(answers: Answers) -> list[dict[str, object]]:
    support = Counter(answers.given)
    found = Counter(label for label, right in zip(answers.given, answers.right, strict=True) if right)
    worst = sorted(support, key=lambda label: (found[label] / support[label], -support[label], label))
    return [
        {"label": label, "recall": round(found[label] / support[label], 6), "support": support[label]}
        for label in worst[:WORST_SHOWN]
    ]


def _confusions(answers: Answers) -> list[dict[str, object]]:
    pairs = Counter(pair for pair in zip(answers.given, answers.answered, strict=True) if pair[0] != pair[1])
    return [
        {"label": given, "answered": answered, "rows": rows} for (given, answered), rows in _ranked(pairs)[:WORST_SHOWN]
    ]


def _limits(facts: Facts) -> list[str]:
    learnt = Counter(facts.used["label"].to_list())
    rare = sorted(label for label, count in learnt.items() if count < FEW_ROWS)
    unknown = sorted(set(facts.answers.given) - set(learnt))
    held = len(facts.answers.given)
    limits = ["It answers one of the labels it has learnt, also for texts about something else; see confidence."]
    if rare:
        limits.append(f"Learnt from fewer than {FEW_ROWS} rows: {_listed(rare)}.")
    if unknown:
        limits.append(f"In the holdout but never learnt, so always wrong: {_listed(unknown)}.")
    if held < FEW_HELD_ROWS:
        limits.append(f"Measured on {held} rows only; the metrics are rough.")
    return limits


def _listed(labels: list[str]) -> str:
    shown = ", ".join(f"'{label}'" for label in labels[:WORST_SHOWN])
    return shown if len(labels) <= WORST_SHOWN else f"{shown} and {len(labels) - WORST_SHOWN} more"


def _ranked(counts: Counter[Key]) -> list[tuple[Key, int]]:
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
