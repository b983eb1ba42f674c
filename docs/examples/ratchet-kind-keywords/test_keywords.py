"""Where the kind is tried as the trainer uses it: split, train, load, evaluate. Run it with pytest."""

from random import Random

import polars as pl
import pytest
from ratchet_kind_keywords import kind

from trainer.trainers.kind import Snapshot, Trained, UnfitTrainingRows, UnusableInput, Workshop

TELLING = {"billing": "invoice", "bug": "crash"}
OTHERS = ("again", "broken", "help", "late", "letter", "order", "page", "phone", "please", "screen", "team", "week")
ROWS = pl.DataFrame(
    {
        "text": [" ".join([list(TELLING.values())[n % 2], *Random(n).sample(OTHERS, 5)]) for n in range(120)],
        "label": [list(TELLING)[n % 2] for n in range(120)],
    }
)


class Silent:
    def progress(self, fraction: float, step: str, message: str = "") -> None: ...
    def metric(self, name: str, value: float, step: int | None = None) -> None: ...


def trained() -> tuple[Snapshot, Trained]:
    snapshot = kind.split(ROWS, kind.parameters(), "hash")
    return snapshot, kind.train(snapshot, kind.parameters(), Workshop(Silent()))


def test_it_learns_the_words_that_tell() -> None:
    _, result = trained()

    answers = kind.load(result.artifact).predict([{"text": "An INVOICE!"}, {"text": "another crash"}])

    assert [answer["label"] for answer in answers] == ["billing", "bug"]
    assert all(0.5 < answer["confidence"] <= 1 for answer in answers)


def test_the_same_rows_give_the_same_bytes() -> None:
    assert trained()[1].artifact == trained()[1].artifact


def test_it_is_measured_beside_the_commonest_label() -> None:
    snapshot, result = trained()

    evaluation = kind.evaluate(result.artifact, snapshot.holdout)

    assert sum(evaluation.losses) < sum(evaluation.baseline or ())
    assert len(evaluation.losses) == snapshot.holdout.height


def test_what_cannot_be_learnt_or_answered_is_refused_in_words() -> None:
    with pytest.raises(UnfitTrainingRows, match="no column 'label'"):
        kind.split(ROWS.drop("label"), kind.parameters(), "hash")
    with pytest.raises(UnusableInput, match=r"inputs\[0\]\.text"):
        kind.load(trained()[1].artifact).predict([{}])
