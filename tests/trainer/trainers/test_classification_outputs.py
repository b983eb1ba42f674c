"""Where a classifier is shown to learn several outputs at once, to know what it does not know, and to search."""

import math
from functools import cache
from typing import Any

import polars as pl
import pytest

from tests.trainer.trainers.rows import Remembered, tickets
from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.classification import kind
from trainer.trainers.classification.storing import FIRST_FORMAT, FORMAT
from trainer.trainers.kind import Snapshot, Trained, UnfitTrainingRows, Workshop

URGENT, CALM = "this is urgent now", "no hurry at all"


def demands(rows: int = 300) -> pl.DataFrame:
    """Tickets with a priority that follows from a phrase, known for two of three rows, and whether they mention it."""
    made = tickets(rows)
    urgent = [number % 2 == 0 for number in range(rows)]
    texts = [f"{text} {URGENT if is_so else CALM}" for text, is_so in zip(made["text"], urgent, strict=True)]
    priority = [None if number % 3 == 0 else "high" if is_so else "low" for number, is_so in enumerate(urgent)]
    return made.with_columns(text=pl.Series(texts), priority=pl.Series(priority), urgent=pl.Series(urgent))


def train(rows: pl.DataFrame, report: Remembered | None = None, **chosen: Any) -> tuple[Snapshot, Trained]:
    parameters = kind.parameters(**chosen)
    snapshot = kind.split(rows, parameters, "hash")
    return snapshot, kind.train(snapshot, parameters, Workshop(report or Remembered()))


@cache
def trained() -> tuple[Snapshot, Trained]:
    return train(demands())


def test_every_output_is_answered_with_its_confidence() -> None:
    predictor = kind.load(trained()[1].artifact)

    answer = predictor.predict([{"text": f"the courier lost my parcel {URGENT}"}])[0]

    assert answer["label"] == "shipping" == answer["outputs"]["label"]["label"]
    assert answer["outputs"]["priority"]["label"] == "high"
    assert answer["outputs"]["urgent"]["label"] == "true"
    assert 0 < answer["outputs"]["priority"]["confidence"] <= 1


def test_a_version_with_one_output_does_not_mention_outputs() -> None:
    _, result = train(tickets(100))

    assert "outputs" not in kind.load(result.artifact).predict([{"text": "parcel"}])[0]


def test_a_blank_output_leaves_its_row_out_of_that_output_alone() -> None:
    snapshot, result = trained()

    told: Any = {output["name"]: output for output in result.card["outputs"]}  # pyright: ignore[reportGeneralTypeIssues]
    assert told["label"]["train_rows"] == snapshot.train.height
    assert told["priority"]["train_rows"] == snapshot.train["priority"].drop_nulls().len()
    assert any("'priority'" in limit for limit in result.card["limits"])  # pyright: ignore[reportGeneralTypeIssues]


def test_the_loss_of_a_row_is_the_share_of_its_outputs_that_are_wrong() -> None:
    rows = pl.DataFrame(
        {
            "text": [f"parcel courier {URGENT}"] * 4,
            "label": ["shipping", "login", "login", None],
            "priority": ["high", "high", None, None],
        }
    )

    evaluation = kind.evaluate(trained()[1].artifact, rows)

    assert list(evaluation.losses[:3]) == [0, 0.5, 1]
    assert math.isnan(evaluation.losses[3])
    assert list(evaluation.baseline or ())[:3] == [0.5, 0, 0]


def test_an_output_that_was_never_learnt_is_wrong() -> None:
    rows = pl.DataFrame({"text": ["parcel courier"], "label": ["shipping"], "mood": ["good"]})

    assert kind.evaluate(trained()[1].artifact, rows).losses == [0.5]


def test_every_further_output_has_metrics_of_its_own() -> None:
    snapshot, result = trained()

    assert result.metrics["priority_accuracy"] > 0.9 > result.metrics["priority_majority_accuracy"]
    assert kind.evaluate(result.artifact, snapshot.holdout).metrics == result.metrics


def test_columns_that_hold_no_labels_are_not_learnt() -> None:
    numbers = pl.int_range(300, eager=True)
    rows = demands().with_columns(
        id=numbers, amount=numbers * 0.7, note=numbers.cast(pl.String), one=pl.lit("x"), customer_id=numbers % 3
    )

    assert trained()[0].train.columns == ["text", "label", "priority", "urgent"]
    assert kind.split(rows, kind.parameters(), "hash").train.columns == ["text", "label", "priority", "urgent", "id"]


def test_named_outputs_are_learnt_and_no_others() -> None:
    snapshot, result = train(demands(), outputs="priority, urgent")

    assert snapshot.train.columns == ["text", "priority", "urgent"]
    assert set(kind.load(result.artifact).predict([{"text": URGENT}])[0]["outputs"]) == {"priority", "urgent"}


def test_approved_examples_may_have_outputs_without_a_label() -> None:
    rows = demands().with_columns(label=pl.lit(""), id=pl.int_range(pl.len()).cast(pl.String))

    _, result = train(rows)

    assert kind.load(result.artifact).predict([{"text": URGENT}])[0]["label"] in {"high", "true"}


@pytest.mark.parametrize(
    ("rows", "outputs", "sentence"),
    [
        (demands(), ("mood",), "The data has no column 'mood', which 'outputs' names; its columns are: 'text', 'la"),
        (demands(), ("text",), "The parameter 'outputs' names 'text', which cannot be learnt."),
        (
            demands().with_columns(one=pl.lit("x")),
            ("label", "one"),
            "The part of the data to train on has one label in",
        ),
        (demands().with_columns(many=pl.lit([1])), ("many",), "The column 'many' holds lists or objects, not labels."),
        (demands().drop("text"), (), "The data has no column 'text'"),
        (demands().with_columns(split=pl.lit("train")), (), "None of the"),
    ],
)
def test_outputs_that_cannot_be_learnt_are_refused(rows: pl.DataFrame, outputs: Any, sentence: str) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        kind.split(rows, kind.parameters(outputs=outputs), "hash")

    assert str(refused.value).startswith(sentence)


def with_strangers(rows: int, strangers: int) -> pl.DataFrame:
    odd = tickets(strangers, seed=5).with_columns(
        text=pl.Series([f"zebra {number} moon {number * 7} jazz {'wx'[number % 2]}" for number in range(strangers)]),
        label=pl.lit("none of these"),
    )
    return pl.concat([tickets(rows, wrong=0.1), odd])


def test_texts_that_belong_to_no_label_are_told_as_unknown() -> None:
    _, result = train(with_strangers(400, 60), unknown_label="none of these")

    answer = kind.load(result.artifact).predict([{"text": "zebra 91 moon"}, {"text": "password reset code sign"}])

    assert (answer[0]["label"], answer[0]["known"]) == ("none of these", False)
    assert (answer[1]["label"], answer[1]["known"]) == ("login", True)
    assert result.metrics["unknown_recall"] > 0.9
    assert "none of these" not in answer[0]["scores"]


def test_without_such_texts_the_least_sure_answers_count_as_unknown() -> None:
    _, result = train(tickets(400, wrong=0.1))

    known, strange = kind.load(result.artifact).predict([{"text": "password reset code sign"}, {"text": "zebra moon"}])

    assert known["known"]
    assert not strange["known"]
    assert strange["label"] in strange["scores"]
    assert 0.85 < result.metrics["coverage"] <= 1


def test_a_label_for_unknown_texts_needs_two_others_beside_it() -> None:
    rows = with_strangers(100, 40).with_columns(
        label=pl.when(pl.col("label") == "none of these").then("label").otherwise(pl.lit("ticket"))
    )

    with pytest.raises(UnfitTrainingRows, match="has one label besides 'none of these', 'ticket'"):
        kind.split(rows, kind.parameters(unknown_label="none of these"), "hash")


def test_an_artifact_of_the_first_edition_still_answers() -> None:
    contents = archive.unpack(train(tickets(100))[1].artifact, FORMAT)
    member, arrays = contents.facts["members"][0], contents.arrays
    facts = {name: member[name] for name in ("words", "pieces")}
    facts |= {"labels": contents.facts["outputs"][0]["labels"], "calibration": member["calibrations"][0]}
    names = {"0-weights-0": "weights", "0-bias-0": "bias", "0-words": "words", "0-pieces": "pieces"}
    first = archive.pack(Contents(FIRST_FORMAT, facts, {names[name]: array for name, array in arrays.items()}))

    answer = kind.load(first).predict([{"text": "the courier lost my parcel"}])[0]

    assert answer["label"] == "shipping"
    assert answer["known"]
    assert kind.evaluate(first, tickets(30, seed=2)).metrics["accuracy"] > 0.9


def test_a_search_and_an_ensemble_repeat_and_tell_what_they_found() -> None:
    rows, chosen = tickets(120, wrong=0.2), {"optimize": {"trials": 4}, "ensemble": 2}
    report = Remembered()

    _, result = train(rows, report, **chosen)

    assert result.artifact == train(rows, **chosen)[1].artifact
    assert result.card["search"]["trials"] == 4  # pyright: ignore[reportIndexIssue]
    assert result.card["calibration"]["members"] == 2  # pyright: ignore[reportIndexIssue]
    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)


def test_an_ensemble_searches_without_being_told_how_long() -> None:
    _, result = train(tickets(60), ensemble=2)

    assert result.card["search"]["trials"] == 6  # pyright: ignore[reportIndexIssue]


def test_training_rows_that_nearly_repeat_the_holdout_are_counted_in_the_card() -> None:
    text = "my parcel was to come on monday and nobody in the shop can tell me where it is, please help"
    rows = tickets(60).with_columns(split=pl.Series(["train"] * 40 + ["holdout"] * 20))
    near = pl.DataFrame({"text": [text, text + "!?", text + " ok"], "label": ["shipping"] * 3})
    sides = near.with_columns(split=pl.Series(["holdout", "train", "train"]))

    snapshot, result = train(pl.concat([rows, sides]))

    assert (snapshot.removed["duplicates"], snapshot.removed["near_duplicates"]) == (1, 1)
    assert result.card["data"]["near_duplicates_removed"] == 1  # pyright: ignore[reportIndexIssue]


@pytest.mark.parametrize(
    ("given", "labels"),
    [
        ([1.0, 2.0, float("nan")], ["1", "2"]),
        ([1.5, 2.0, None], ["1.5", "2.0"]),
        ([1, 2, 2], ["1", "2"]),
        ([True, False, None], ["false", "true"]),
        ([" a ", "b", ""], ["a", "b"]),
    ],
)
def test_labels_are_read_whatever_type_they_came_in(given: list[object], labels: list[str]) -> None:
    rows = tickets(60).with_columns(label=pl.Series(given * 20))

    snapshot = kind.split(rows, kind.parameters(), "hash")

    assert sorted(pl.concat([snapshot.train, snapshot.holdout])["label"].unique()) == labels


def test_labels_that_differ_in_case_alone_are_named_in_the_limits() -> None:
    rows = tickets(200).with_row_index("place")
    shouted = pl.when(pl.col("place") % 3 == 0).then(pl.col("label").str.to_uppercase()).otherwise("label")

    _, result = train(rows.with_columns(shouted.alias("label")).drop("place"))

    assert "only their case differs: '" in str(result.card["limits"])
