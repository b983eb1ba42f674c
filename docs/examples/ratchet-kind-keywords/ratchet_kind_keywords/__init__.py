"""Where texts are labelled by telltale words: a whole kind of training, as another package brings it."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import polars as pl

from ratchet_kind_keywords.parameters import KeywordsParameters
from trainer.trainers import archive, splitting
from trainer.trainers.archive import Contents
from trainer.trainers.kind import (
    Evaluation,
    Kind,
    Snapshot,
    Trained,
    UnfitTrainingRows,
    UnreadableArtifact,
    UnusableInput,
    Workshop,
)
from trainer.trainers.tables import Column, Table

FORMAT = "keywords/1"
TABLE = Table(
    name="texts",
    meaning="One text with the label that it ought to get.",
    columns=(
        Column("text", "text", "What is to be labelled."),
        Column("label", "text", "The label that it ought to get."),
    ),
    template="text,label\nI was charged twice,billing\nThe app closes when I open it,bug\n",
)


@dataclass(frozen=True)
class Keywords:
    """How much each word tells for each label, by label; `usual` is the commonest label."""

    weights: dict[str, dict[str, float]]
    usual: str

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer `{"text": …}` with `{"label", "confidence"}`; raises `UnusableInput`."""
        for place, given in enumerate(inputs):
            if not isinstance(given.get("text"), str):
                raise UnusableInput(f"inputs[{place}].text: a text is needed")
        return [self._answer(given["text"]) for given in inputs]

    def _answer(self, text: str) -> dict[str, Any]:
        found = _words(text)
        told = {label: math.fsum(known.get(word, 0.0) for word in found) for label, known in self.weights.items()}
        label = max(told, key=lambda label: (told[label], label == self.usual, label))
        return {"label": label, "confidence": 1 / sum(math.exp(other - told[label]) for other in told.values())}


def split(rows: pl.DataFrame, _: KeywordsParameters, sha256: str) -> Snapshot:
    """Leave out rows without text or label, and hold a fifth out; raises `UnfitTrainingRows`."""
    if missing := {"text", "label"} - set(rows.columns):
        raise UnfitTrainingRows(f"The data has no column '{min(missing)}'.")
    kept = rows.with_columns(pl.col("text", "label").cast(pl.String)).drop_nulls(["text", "label"])
    snapshot = splitting.split(kept, sha256)
    if snapshot.train["label"].n_unique() < 2 or snapshot.holdout.is_empty():
        raise UnfitTrainingRows(f"{kept.height} rows are too few to learn two labels from, and to measure on.")
    return snapshot


def train(snapshot: Snapshot, parameters: KeywordsParameters, workshop: Workshop) -> Trained:
    """Keep the words of each label that tell most for it."""
    workshop.report.progress(0.1, "counting words", f"{snapshot.train.height:,} texts")
    weights = _weights(snapshot.train, parameters)
    usual = snapshot.train["label"].mode().sort()[0]
    artifact = archive.pack(Contents(FORMAT, {"weights": weights, "usual": usual}))
    workshop.report.progress(0.9, "measuring", f"{snapshot.holdout.height:,} texts")
    metrics = evaluate(artifact, snapshot.holdout).metrics
    card: dict[str, object] = {
        "data": {"snapshot": snapshot.sha256, "split_rule": snapshot.rule, "train_rows": snapshot.train.height},
        "limits": ["A text without any known word gets the commonest label."],
        "parameters": parameters.model_dump(),
    }
    return Trained(artifact, metrics, card)


def load(artifact: bytes) -> Keywords:
    """The keywords of an artifact; raises `UnreadableArtifact`."""
    try:
        return Keywords(**archive.unpack(artifact, FORMAT).facts)
    except TypeError as error:
        raise UnreadableArtifact(f"The artifact does not hold keywords: {error}.") from error


def evaluate(artifact: bytes, holdout: pl.DataFrame) -> Evaluation:
    """Count wrong answers, beside those of always giving the commonest label."""
    keywords, given = load(artifact), holdout["label"].to_list()
    answered = [answer["label"] for answer in keywords.predict(holdout.to_dicts())]
    losses = [float(answer != label) for answer, label in zip(answered, given, strict=True)]
    usual = [float(keywords.usual != label) for label in given]
    metrics = {"accuracy": 1 - sum(losses) / len(losses), "samples": float(len(losses))}
    return Evaluation(metrics, losses, baseline=usual, baseline_name="always giving the commonest label")


def _weights(train: pl.DataFrame, parameters: KeywordsParameters) -> dict[str, dict[str, float]]:
    """By label, the words that occur in its texts more often than in others, by log-odds (half a text added)."""
    total, seen = train.height, _texts_by_word(train["text"])
    weights: dict[str, dict[str, float]] = {}
    for label in sorted(train["label"].unique()):
        texts = train.filter(pl.col("label") == label)["text"]
        told = {
            word: round(_log_odds(count, texts.len()) - _log_odds(seen[word] - count, total - texts.len()), 6)
            for word, count in _texts_by_word(texts).items()
            if seen[word] >= parameters.min_rows
        }
        best = sorted(told, key=lambda word: (-told[word], word))[: parameters.words]
        weights[label] = {word: told[word] for word in best if told[word] > 0}
    return weights


def _texts_by_word(texts: pl.Series) -> Counter[str]:
    return Counter(word for text in texts for word in _words(text))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _log_odds(texts: int, of: int) -> float:
    return math.log((texts + 0.5) / (of - texts + 0.5))


kind = Kind(
    name="keywords",
    summary="Texts are labelled by telltale words.",
    tables=(TABLE,),
    parameters=KeywordsParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
    collects=True,
)
