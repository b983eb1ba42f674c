"""Where a classifier is asked about a holdout, and its losses are counted row by row."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from trainer.trainers.classification import outputs
from trainer.trainers.classification.measuring import Sheet, measured
from trainer.trainers.classification.model import Guess, Model
from trainer.trainers.classification.storing import load
from trainer.trainers.kind import Evaluation

MEASURE = "share of wrong outputs"
BASELINE = "the commonest labels"


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    """Measure an artifact on rows with the column `text` and outputs; raises `UnreadableArtifact`.

    A row's loss is the share of its outputs that were answered wrong, so 0 or 1 where there is one output, and NaN if
    it has none. An output that the artifact never learnt is answered wrong. Where there are several, the baseline is to
    answer the commonest label of each; of a single output `majority_accuracy` says the same. The slices are the labels
    of the first output.
    """
    model = load(artifact)
    guesses = dict(zip(model.names, model.guesses(rows["text"].to_list()), strict=True))
    metrics = measured(_sheets(model, guesses, rows))
    asked = [name for name in outputs.of(rows) if _has(rows, name)]
    losses = _losses(rows, {name: guesses[name].answered if name in guesses else [""] for name in asked})
    slices = _labels(rows, asked[0]) if asked else None
    if len(asked) <= 1:
        return Evaluation(metrics, losses, slices=slices)
    baseline = _losses(rows, {name: [_commonest(rows[name])] for name in asked})
    return Evaluation(metrics, losses, "rows", MEASURE, baseline, BASELINE, slices)


def _labels(rows: pl.DataFrame, name: str) -> list[str]:
    return [f"{name} = {label}" if label is not None else f"without {name}" for label in rows[name].to_list()]


def ask(model: Model, rows: pl.DataFrame) -> list[Sheet]:
    """The model's answers to the rows, for each of its outputs that any of them has a label of."""
    return _sheets(model, dict(zip(model.names, model.guesses(rows["text"].to_list()), strict=True)), rows)


def _sheets(model: Model, guesses: Mapping[str, Guess], rows: pl.DataFrame) -> list[Sheet]:
    unknown = [model.frontier.unknown, *[None] * (len(model.names) - 1)]
    outputs_of_model = zip(model.names, model.labels, unknown, strict=True)
    return [
        _sheet(rows[name], guesses[name], labels, stranger)
        for name, labels, stranger in outputs_of_model
        if _has(rows, name)
    ]


def _has(rows: pl.DataFrame, name: str) -> bool:
    return name in rows.columns and rows[name].null_count() < rows.height


def _sheet(given: pl.Series, guess: Guess, labels: list[str], unknown: str | None) -> Sheet:
    rows = np.flatnonzero(given.is_not_null().to_numpy())
    answered = [guess.answered[row] for row in rows]
    part = Guess(answered, guess.confidence[rows], guess.known[rows], guess.probabilities[rows])
    return Sheet(given.name, given.drop_nulls().to_list(), part, labels, unknown)


def _losses(rows: pl.DataFrame, answered: Mapping[str, Sequence[str]]) -> list[float]:
    """The share of wrong outputs of every row; an output is answered by one label for each row, or one for all."""
    wrong, filled = np.zeros(rows.height), np.zeros(rows.height)
    for name, labels in answered.items():
        filled += rows[name].is_not_null().to_numpy()
        wrong += (rows[name] != pl.Series(labels, dtype=pl.String)).fill_null(value=False).to_numpy()
    return [float(lost / of) if of else float("nan") for lost, of in zip(wrong, filled, strict=True)]


def _commonest(given: pl.Series) -> str:
    counts = Counter(given.drop_nulls().to_list())
    return min(counts, key=lambda label: (-counts[label], label))
