"""Where a classifier is measured on CLINC150 beside scikit-learn's usual recipe, and duplicates are searched for."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench.training.table import Bar, Figure, Row, skipped
from trainer.trainers import duplicates
from trainer.trainers.classification import kind
from trainer.trainers.classification.measuring import calibration_gap
from trainer.trainers.kind import Workshop

FEWER = 10_000
MANY_TEXTS = 200_000
RECIPE = "TF-IDF of words, calibrated LinearSVC (scikit-learn)"
STRANGE = "oos"
Texts = Sequence[tuple[str, str]]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Outcome:
    """What a classifier reached on the test, and what its training took."""

    accuracy: float
    ece: float
    seconds: float
    cpu: float

    def figure(self, name: str, value: float) -> Figure:
        return Figure(name, value, seconds=self.seconds, cpu=self.cpu)


class Silence:
    """A report that nobody watches."""

    def progress(self, fraction: float, step: str, message: str = "") -> None: ...

    def metric(self, name: str, value: float, step: int | None = None) -> None: ...


def rows() -> list[Row]:
    """Measure all lines; those of CLINC150 are skipped where it is not there."""
    file = Path(os.environ.get("RATCHET_DATA", "../shared/data")) / "clinc150" / "data_full.json"
    if not file.exists():
        return [skipped("CLINC150", f"there is no {file}; RATCHET_DATA names the folder of data sets"), _near()]
    texts: dict[str, Texts] = json.loads(file.read_text())
    return [*_clinc(texts["train"], texts["test"]), *_strangers(texts), _near()]


def _clinc(train: Texts, test: Texts) -> list[Row]:
    reference, ours = _recipe(train, test), _ours(train, test)
    fewer = Random(0).sample(list(train), FEWER)
    few_reference, few = _recipe(fewer, test), _ours(fewer, test)
    data, sample = f"CLINC150 ({len(train):,} texts, 150 labels)", f"CLINC150 ({FEWER:,} texts)"
    return [
        Row(
            data,
            "accuracy",
            reference.figure(RECIPE, reference.accuracy),
            ours.figure("classification", ours.accuracy),
            Bar("at least .92", ours.accuracy >= 0.92),
        ),
        Row(data, "ECE", Figure(RECIPE, reference.ece), Figure("", ours.ece), Bar("at most .04", ours.ece <= 0.04)),
        Row(
            sample,
            "seconds of training",
            few_reference.figure(RECIPE, few_reference.seconds),
            few.figure("classification", few.seconds),
            Bar("at most 10 s", few.seconds <= 10),
        ),
    ]


def _strangers(texts: dict[str, Texts]) -> list[Row]:
    """Without and with examples of texts that belong to no label."""
    asked = [{"text": text} for text, _ in texts["oos_test"]]
    lines: list[Row] = []
    for taught, parameters in (([], {}), (texts["oos_train"], {"unknown_label": STRANGE})):
        trained = _trained([*texts["train"], *taught], texts["test"], parameters)
        found = np.mean([not answer["known"] for answer in kind.load(trained.artifact).predict(asked)])
        lines.append(
            Row(
                f"CLINC150 out of scope, {len(taught)} of them taught",
                "found, and in scope known",
                None,
                Figure("", f"{found:.3f}, {trained.metrics['coverage']:.3f}"),
            )
        )
    return lines


def _near() -> Row:
    """Made-up texts of 5 to 30 words, a thousand of which are others with a letter changed."""
    random = Random(1)
    words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(2, 9))) for _ in range(5_000)]
    texts = [" ".join(random.choices(words, k=random.randint(5, 30))) for _ in range(MANY_TEXTS)]
    for place in range(1_000):
        texts[place] = texts[-place - 1].replace("e", "3", 1)
    held = MANY_TEXTS // 10
    found, seconds, cpu = _timed(lambda: duplicates.near(pl.Series(texts[:-held]), pl.Series(texts[-held:])))
    return Row(
        f"near-duplicates among {MANY_TEXTS:,} texts",
        "of 1,000 found",
        None,
        Figure("MinHash", int(found[:1_000].sum()), seconds=seconds, cpu=cpu),
        Bar("at most 10 s", seconds <= 10),
    )


def _ours(train: Texts, test: Texts) -> Outcome:
    trained, seconds, cpu = _timed(lambda: _trained(train, test, {}))
    return Outcome(trained.metrics["accuracy"], trained.metrics["ece"], seconds, cpu)


def _trained(train: Texts, test: Texts, parameters: dict[str, Any]) -> Any:
    chosen = kind.parameters(**parameters)
    table = pl.DataFrame([*train, *test], schema=["text", "label"], orient="row")
    sides = pl.Series(["train"] * len(train) + ["holdout"] * len(test))
    return kind.train(kind.split(table.with_columns(split=sides), chosen, ""), chosen, Workshop(Silence()))


def _recipe(train: Texts, test: Texts) -> Outcome:
    fitted = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), CalibratedClassifierCV(LinearSVC(), ensemble=False)
    )
    texts, labels = zip(*train, strict=True)
    _, seconds, cpu = _timed(lambda: fitted.fit(texts, labels))
    probabilities = fitted.predict_proba([text for text, _ in test])
    right = fitted.classes_[probabilities.argmax(axis=1)] == np.array([label for _, label in test])
    return Outcome(float(right.mean()), calibration_gap(probabilities.max(axis=1), right), seconds, cpu)


def _timed(work: Callable[[], Made]) -> tuple[Made, float, float]:
    """What was made, in how many seconds by the clock and of processors."""
    begun, spent = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - begun, time.process_time() - spent
