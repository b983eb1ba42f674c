"""Where a classifier's card is written: what it learnt from, where it is weak, and how it was made."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from trainer.trainers import cards
from trainer.trainers.classification import outputs, slices
from trainer.trainers.classification.measuring import Sheet
from trainer.trainers.classification.model import Model
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.classification.slices import ranked
from trainer.trainers.kind import Snapshot
from trainer.trainers.searching.trials import Found

FEW_ROWS = 5
FEW_HELD_ROWS = 100
MANY_REPEATED = 0.2
LISTED = 20
METHOD = (
    "TF-IDF of words and of pieces of words, shared by all outputs; a linear support vector machine for each label "
    "against all others; softmax of scaled margins, mixed with doubt"
)


@dataclass(frozen=True)
class Facts:
    """All that a card is written from; `used` are the training rows that were learnt from."""

    snapshot: Snapshot
    used: pl.DataFrame
    parameters: ClassificationParameters
    model: Model
    sheets: Sequence[Sheet]


def write(facts: Facts, metrics: Mapping[str, float], found: Found | None) -> dict[str, object]:
    """The card as plain JSON."""
    main = facts.sheets[0]
    return {
        "data": _rows(facts),
        "method": METHOD,
        "outputs": [_output(facts, name) for name in facts.model.names],
        "calibration": _calibration(facts.model),
        "unknown": {"threshold": facts.model.frontier.threshold, "label": facts.model.frontier.unknown},
        "metrics": dict(metrics),
        "slices": slices.worst(main),
        "confusions": slices.confusions(main),
        "search": found.card() if found else None,
        "limits": _limits(facts),
        **cards.made_with(facts.parameters),
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot, main = facts.snapshot, facts.model.names[0]
    counts = Counter(facts.used[main].drop_nulls().to_list())
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": facts.used.height,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "duplicates_removed": snapshot.removed.get("duplicates", 0),
        "near_duplicates_removed": snapshot.removed.get("near_duplicates", 0),
        "blank_rows_left_out": snapshot.removed.get("blank", 0),
        "classes": len(counts),
        "prevalence": {label: round(count / counts.total(), 6) for label, count in ranked(counts)},
    }


def _output(facts: Facts, name: str) -> dict[str, object]:
    """What is known of one output, with its own slices if it is not the main one."""
    given = facts.used[name].drop_nulls()
    sheet = next((sheet for sheet in facts.sheets if sheet.name == name), None)
    told: dict[str, object] = {"name": name, "labels": given.n_unique(), "train_rows": given.len(), "holdout_rows": 0}
    if sheet is None:
        return told
    weakest = slices.worst(sheet) if name != facts.model.names[0] else []
    accuracy = sum(sheet.right) / len(sheet.given)
    return {**told, "holdout_rows": len(sheet.given), "accuracy": round(accuracy, 6), "slices": weakest}


def _calibration(model: Model) -> dict[str, object]:
    first = model.members[0].calibrations[0]
    return {
        "method": "softmax of scaled margins, mixed with doubt, fitted on training rows unseen by the margins",
        "scale": first.scale,
        "doubt": first.doubt,
        "rows": first.rows,
        "members": len(model.members),
    }


def _limits(facts: Facts) -> list[str]:
    main, held = facts.sheets[0], len(facts.sheets[0].given)
    learnt = Counter(facts.used[main.name].drop_nulls().to_list())
    rare = sorted(label for label, count in learnt.items() if count < FEW_ROWS)
    never = sorted(set(main.given) - set(learnt))
    limits = [_of_unknown(facts)]
    if rare:
        limits.append(f"Learnt from fewer than {FEW_ROWS} rows: {_listed(rare)}.")
    if never:
        limits.append(f"In the holdout but never learnt, so always wrong: {_listed(never)}.")
    if alike := _differing_in_case(learnt):
        limits.append(f"Taken for different labels although only their case differs: {_listed(alike)}.")
    if held < FEW_HELD_ROWS:
        limits.append(f"Measured on {held} rows only; the metrics are rough.")
    return limits + _of_repeats(facts.snapshot) + _of_outputs(facts)


def _differing_in_case(labels: Collection[str]) -> list[str]:
    folded = Counter(label.casefold() for label in labels)
    return sorted((label for label in labels if folded[label.casefold()] > 1), key=lambda each: (each.casefold(), each))


def _of_unknown(facts: Facts) -> str:
    frontier = facts.model.frontier
    rows = facts.used.filter(pl.col(facts.model.names[0]) == (frontier.unknown or "")).height
    if rows:
        return f"Texts that belong to no label are told by confidence alone, below a bound learnt from {rows} of them."
    return (
        "It has seen no texts that belong to no label: the least sure of its answers count as unknown, up to one of "
        "twenty right ones; how many such texts are found was not measured."
    )


def _of_repeats(snapshot: Snapshot) -> list[str]:
    near = snapshot.removed.get("near_duplicates", 0)
    if near <= MANY_REPEATED * (near + snapshot.train.height):
        return []
    return [f"{near} training rows nearly repeat the holdout and were removed; the rows seem to follow templates."]


def _of_outputs(facts: Facts) -> list[str]:
    unmeasured = sorted(set(facts.model.names) - {sheet.name for sheet in facts.sheets})
    partly = [name for name in outputs.of(facts.used) if facts.used[name].null_count()]
    told = [f"No row of the holdout has a label in {_listed(unmeasured)}; it was not measured."] if unmeasured else []
    return told + ([f"Not every row has a label in {_listed(partly)}; it was learnt from those."] if partly else [])


def _listed(labels: Sequence[str]) -> str:
    shown = ", ".join(f"'{label}'" for label in labels[:LISTED])
    return shown if len(labels) <= LISTED else f"{shown} and {len(labels) - LISTED} more"
