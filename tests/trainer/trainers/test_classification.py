"""Where the classifier is shown to learn, to repeat itself, to know its limits and to refuse what it cannot learn."""

import json
import subprocess
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.trainers.rows import Remembered, tickets
from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.classification import kind
from trainer.trainers.classification.storing import FORMAT
from trainer.trainers.kind import Snapshot, Trained, UnfitTrainingRows, UnreadableArtifact, UnusableInput, Workshop

TRAIN_ELSEWHERE = """
from hashlib import sha256
from tests.trainer.trainers.rows import Remembered, tickets
from trainer.trainers.classification import kind
from trainer.trainers.kind import Workshop
trained = kind.train(kind.split(tickets(300), kind.parameters(), "hash"), kind.parameters(), Workshop(Remembered()))
print(sha256(trained.artifact).hexdigest())
"""


@cache
def trained() -> Trained:
    return kind.train(kind.split(tickets(300), kind.parameters(), "hash"), kind.parameters(), Workshop(Remembered()))


def card(result: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(result.card))


def labelled(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"text": pl.String, "label": pl.String}, orient="row")


def test_it_learns_better_than_the_commonest_label() -> None:
    metrics = trained().metrics

    assert metrics["accuracy"] > 0.95 > metrics["majority_accuracy"]


def test_the_same_rows_and_seed_give_the_same_bytes_in_another_process() -> None:
    search = [path for path in sys.path if path]

    there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {search!r}\n{TRAIN_ELSEWHERE}"],
        capture_output=True,
        check=True,
        text=True,
    )

    assert there.stdout.strip() == sha256(trained().artifact).hexdigest()


def test_confidence_is_calibrated_although_a_tenth_of_the_labels_is_wrong() -> None:
    snapshot = kind.split(tickets(3_000, wrong=0.15), kind.parameters(), "hash")

    metrics = kind.train(snapshot, kind.parameters(), Workshop(Remembered())).metrics

    assert metrics["ece"] < 0.05


def test_a_prediction_names_its_label_with_confidence_and_scores() -> None:
    predictor = kind.load(trained().artifact)

    answer = predictor.predict([{"text": "the courier lost my parcel"}])[0]

    assert answer["label"] == "shipping" == next(iter(answer["scores"]))
    assert answer["confidence"] == max(answer["scores"].values())
    assert sum(answer["scores"].values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("text", ["\ud800", "😀", "?", "x" * 1_000_000, "zzz", "\0"])
def test_any_text_with_a_character_gets_an_answer(text: str) -> None:
    answers = kind.load(trained().artifact).predict([{"text": text}])

    assert 0 < answers[0]["confidence"] <= 1


@pytest.mark.parametrize("asked", [{}, {"text": ""}, {"text": " \n"}, {"text": None}, {"text": 5}, {"body": "x"}])
def test_an_input_without_text_is_refused_by_its_position(asked: dict[str, object]) -> None:
    predictor = kind.load(trained().artifact)

    with pytest.raises(UnusableInput, match=r"inputs\[1\]\.text"):
        predictor.predict([{"text": "fine"}, asked])


def test_of_a_very_long_text_the_beginning_decides() -> None:
    beginning = ("the problem today " * 2_000)[:20_000]

    short, long = kind.load(trained().artifact).predict(
        [{"text": beginning}, {"text": beginning + " password" * 9_000}]
    )

    assert short == long


def test_no_inputs_have_no_answers() -> None:
    assert kind.load(trained().artifact).predict([]) == []


def test_an_evaluation_says_for_every_row_whether_it_was_right() -> None:
    holdout = labelled(("parcel courier tracking", "shipping"), ("parcel courier box", "login"))

    evaluation = kind.evaluate(trained().artifact, holdout)

    assert evaluation.losses == [0.0, 1.0]
    assert evaluation.metrics["accuracy"] == 0.5


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    snapshot = kind.split(tickets(300), kind.parameters(), "hash")

    assert kind.evaluate(trained().artifact, snapshot.holdout).metrics == trained().metrics


def test_a_label_that_was_never_learnt_is_wrong_and_said_so() -> None:
    snapshot = kind.split(tickets(100), kind.parameters(), "hash")
    holdout = snapshot.holdout.extend(labelled(("well done", "praise")))

    result = kind.train(Snapshot(snapshot.train, holdout, "hash"), kind.parameters(), Workshop(Remembered()))

    assert kind.evaluate(result.artifact, holdout).losses[-1] == 1.0
    assert "In the holdout but never learnt, so always wrong: 'praise'." in card(result)["limits"]


def test_a_label_with_one_row_is_learnt_and_named_in_the_card() -> None:
    rows = tickets(100).extend(labelled(("wonderful, thank you", "praise")))
    snapshot = Snapshot(rows, tickets(30, seed=2), "hash")

    result = kind.train(snapshot, kind.parameters(), Workshop(Remembered()))

    assert kind.load(result.artifact).predict([{"text": "wonderful, thank you"}])[0]["label"] == "praise"
    assert "Learnt from fewer than 5 rows: 'praise'." in card(result)["limits"]


def test_the_card_is_json_and_says_what_was_learnt_from() -> None:
    said = card(trained())

    assert said["data"]["train_rows"] + said["data"]["holdout_rows"] == 300
    assert sum(said["data"]["prevalence"].values()) == pytest.approx(1, abs=1e-5)
    assert {"calibration", "slices", "confusions", "limits", "parameters", "seed", "versions"} <= set(said)


def test_progress_never_falls_and_ends_at_one() -> None:
    report = Remembered()

    kind.train(kind.split(tickets(100), kind.parameters(), "hash"), kind.parameters(), Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert {"reading words", "calibrating confidence", "learning labels"} <= {step for _, step in report.steps}


def test_of_more_rows_than_asked_for_a_part_is_learnt_from() -> None:
    parameters = kind.parameters(max_samples=50)

    result = kind.train(kind.split(tickets(300), kind.parameters(), "hash"), parameters, Workshop(Remembered()))

    assert card(result)["data"]["used_rows"] == 50


def test_rows_without_text_or_label_are_left_out_and_counted() -> None:
    rows = tickets(60).extend(labelled((None, "login"), (" ", "login"), ("text", None), ("text", "")))

    snapshot = kind.split(rows, kind.parameters(), "hash")

    assert snapshot.removed["blank"] == 4
    assert snapshot.train.height + snapshot.holdout.height == 60


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (tickets(4), "The data has 4 rows with text and label; a classifier needs at least 10."),
        (tickets(40).with_columns(label=pl.lit("billing")), "The data has one label, 'billing'; a classifier needs at"),
        (
            tickets(40).drop("label"),
            "The data has no column 'label'; a classifier needs the columns 'text' and 'label'",
        ),
        (tickets(40).with_columns(text=pl.lit(" ")), "The data is empty: none of the 40 rows has both a text and a la"),
        (tickets(0), "The data is empty: there are no rows."),
        (tickets(40).with_columns(split=pl.lit("train")), "None of the 40 rows fell into the holdout"),
        (tickets(40).with_columns(split=pl.lit("holdout")), "All 40 rows are in the holdout"),
    ],
)
def test_rows_that_cannot_be_learnt_from_are_refused_with_what_is_missing(rows: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        kind.split(rows, kind.parameters(), "hash")

    assert str(refused.value).startswith(sentence)


def test_texts_without_a_single_word_are_refused() -> None:
    rows = tickets(40).with_columns(text=pl.lit("!?"), split=pl.Series(["train"] * 30 + ["holdout"] * 10))
    snapshot = Snapshot(rows[:30], rows[30:], "hash")

    with pytest.raises(UnfitTrainingRows, match="holds a word or a number"):
        kind.train(snapshot, kind.parameters(), Workshop(Remembered()))


@given(st.integers(10, 40), st.integers(0, 1_000))
@settings(max_examples=30, deadline=None)
def test_few_rows_are_learnt_from_or_refused(rows: int, seed: int) -> None:
    with suppress(UnfitTrainingRows):
        result = kind.train(
            kind.split(tickets(rows, seed=seed), kind.parameters(), "hash"), kind.parameters(), Workshop(Remembered())
        )

        assert 0 <= result.metrics["accuracy"] <= 1


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1), slice(100, None)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    artifact = trained().artifact

    with pytest.raises(UnreadableArtifact):
        kind.load(artifact[piece])


@pytest.mark.parametrize("lost", ["outputs", "members", "frontier"])
def test_an_artifact_without_one_of_its_facts_cannot_be_loaded(lost: str) -> None:
    contents = archive.unpack(trained().artifact, FORMAT)
    facts = {name: fact for name, fact in contents.facts.items() if name != lost}

    with pytest.raises(UnreadableArtifact, match="does not hold a classifier"):
        kind.load(archive.pack(Contents(FORMAT, facts, contents.arrays)))


def test_an_artifact_whose_labels_do_not_fit_its_weights_cannot_be_loaded() -> None:
    contents = archive.unpack(trained().artifact, FORMAT)
    facts = {**contents.facts, "outputs": [{"name": "label", "labels": ["only"]}]}

    with pytest.raises(UnreadableArtifact, match="do not fit weights"):
        kind.load(archive.pack(Contents(FORMAT, facts, contents.arrays)))
