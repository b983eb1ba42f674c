"""Where the risk is shown to learn, to repeat itself, to explain itself and to know its limits."""

import json
import pickle
import subprocess
import sys
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.trainer.trainers.risk.deliveries import deliveries, fitted
from tests.trainer.trainers.rows import Remembered
from trainer.trainers.kind import Trained, UnfitTrainingRows, Workshop
from trainer.trainers.risk import kind

TRAIN_ELSEWHERE = """
from hashlib import sha256
from tests.trainer.trainers.risk.deliveries import deliveries, fitted
print(sha256(fitted(deliveries(400)).artifact).hexdigest())
"""


@cache
def trained() -> Trained:
    return fitted(deliveries(400))


def elsewhere(work: Any, items: Any) -> list[Any]:
    """Spread work as a cluster does: by bytes."""
    return [pickle.loads(pickle.dumps(work))(pickle.loads(pickle.dumps(item))) for item in items]  # noqa: S301 (its own)


def card(result: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(result.card, allow_nan=False))


def test_it_ranks_and_calls_risks_far_better_than_chance() -> None:
    metrics = fitted(deliveries(2_000), method="boosting").metrics

    assert metrics["roc_auc"] > 0.8
    assert metrics["f1"] > 0.6
    assert metrics["brier"] < 0.8 * metrics["prevalence"] * (1 - metrics["prevalence"])


def test_the_same_rows_and_seed_give_the_same_bytes_in_another_process() -> None:
    search = [path for path in sys.path if path]

    there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {search!r}\n{TRAIN_ELSEWHERE}"],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"},
    )

    assert there.stdout.strip() == sha256(trained().artifact).hexdigest()


@pytest.mark.parametrize("method", ["boosting", "linear", "forest"])
def test_each_method_can_be_asked_for_alone(method: str) -> None:
    result = fitted(deliveries(300), method=method)

    assert card(result)["method"]["averaged"] == [method]
    assert result.metrics["roc_auc"] > 0.65


def test_a_search_keeps_to_its_trials_and_repeats_on_a_cluster() -> None:
    chosen = {"optimize": {"trials": 3, "seconds": 600}, "method": "linear", "ensemble": 2}

    first = fitted(deliveries(300), **chosen)
    spread = fitted(deliveries(300), spread=elsewhere, **chosen)

    assert first.artifact == spread.artifact
    assert card(first)["search"]["trials"] == 3
    assert card(first)["search"]["repeatable"] is True


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    snapshot = kind.split(deliveries(400), kind.parameters(), "hash")

    evaluation = kind.evaluate(trained().artifact, snapshot.holdout)

    assert evaluation.metrics == trained().metrics
    assert len(evaluation.losses) == snapshot.holdout.height


def test_an_evaluation_pairs_squared_errors_with_those_of_the_prevalence() -> None:
    holdout = deliveries(50, seed=5)

    evaluation = kind.evaluate(trained().artifact, holdout)

    prevalence = card(trained())["data"]["prevalence"]
    late = (holdout["label"] == "late").to_numpy()
    assert evaluation.baseline == pytest.approx(np.square(prevalence - late), abs=1e-5)
    assert sum(evaluation.losses) < sum(evaluation.baseline or ())
    assert (evaluation.unit, evaluation.measure) == ("rows", "squared error of the probability")


def test_a_label_that_was_never_learnt_cannot_be_measured_and_the_others_can() -> None:
    holdout = deliveries(4, seed=5).with_columns(pl.Series("label", ["LATE", "lost", "on time", None]))

    evaluation = kind.evaluate(trained().artifact, holdout)

    assert np.isnan(evaluation.losses).tolist() == [False, True, False, True]
    assert evaluation.metrics["samples"] == 2


def test_nothing_to_measure_has_no_metrics_but_a_count() -> None:
    evaluation = kind.evaluate(trained().artifact, deliveries(50).clear())

    assert evaluation.losses == []
    assert evaluation.metrics["samples"] == 0


def test_the_card_says_what_decides_and_how_it_was_compared() -> None:
    written = card(trained())

    assert {each["column"] for each in written["importance"][:2]} == {"carrier", "distance_km"}
    assert written["labels"] == {"risk": "late", "other": "on time"}
    assert {each["method"] for each in written["method"]["candidates"]} == {"boosting", "linear", "forest"}
    assert {each["column"] for each in written["slices"]} <= {"carrier"}
    assert any("rough" in limit for limit in written["limits"])


def test_the_newest_rows_choose_the_method_where_rows_have_dates() -> None:
    written = card(fitted(deliveries(400, days=100)))

    assert written["method"]["compared_on"] == "the newest fifth of the rows to learn from"
    assert written["data"]["split_rule"] == "newest 20 % by column 'date'"


def test_a_column_that_gives_the_label_away_is_named_in_the_limits() -> None:
    rows = deliveries(400)
    told = rows.with_columns(pl.when(pl.col("label") == "late").then(pl.lit(7)).otherwise(None).alias("days_late"))

    limits = " ".join(card(fitted(told, method="linear"))["limits"])
    heeded = card(fitted(told, method="linear", ignore=["days_late"]))

    assert "'days_late' alone nearly gives the label away" in limits
    assert heeded["data"]["columns_left_out"] == {"days_late": "to be ignored"}
    assert "days_late" not in " ".join(heeded["limits"])


def test_a_column_of_many_rare_names_is_named_in_the_limits() -> None:
    rows = deliveries(400).with_columns(pl.Series("street", [f"street {place % 120}" for place in range(400)]))

    limits = fitted(rows, method="linear").card["limits"]

    assert "have a value of 'street' that is too rare" in str(limits)


def test_of_many_rows_the_newest_are_learnt_from() -> None:
    rows = deliveries(400, days=100)
    old = rows.with_columns(
        pl.when(pl.int_range(pl.len()) < 200).then(pl.lit("Gone")).otherwise("carrier").alias("carrier")
    )

    result = fitted(old, max_rows=120, method="linear")

    assert card(result)["data"]["used_rows"] == 120
    assert b"gone" not in result.artifact


def test_a_threshold_can_be_fixed_and_calibration_forbidden_or_forced() -> None:
    fixed = card(fitted(deliveries(300), threshold=0.9, calibrate="never", method="linear"))
    forced = card(fitted(deliveries(300), calibrate="always", method="linear"))

    assert fixed["threshold"] == {"value": 0.9, "learnt": False}
    assert fixed["calibration"]["method"] == "none"
    assert forced["calibration"]["rows"] > 200


def test_progress_only_rises_and_reaches_the_end() -> None:
    report = Remembered()
    parameters = kind.parameters(optimize={"trials": 2}, method="linear")

    kind.train(kind.split(deliveries(300), parameters, "hash"), parameters, Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_training_rows_with_a_single_label_are_refused() -> None:
    rows = deliveries(200).with_columns(
        pl.when(pl.col("label") == "late").then(pl.lit("holdout")).otherwise(pl.lit("train")).alias("split")
    )

    with pytest.raises(UnfitTrainingRows, match=r"The part of the data to learn from .* has one label, 'on time'"):
        kind.split(rows, kind.parameters(), "hash")


def test_a_label_that_one_entity_alone_has_is_refused_in_words() -> None:
    rows = deliveries(300).with_columns(pl.col("label").replace({"late": "a", "on time": "b"}).alias("entity"))
    marked = rows.with_columns(pl.lit("train").alias("split")).vstack(
        rows.head(20).with_columns(pl.lit("other").alias("entity"), pl.lit("holdout").alias("split"))
    )
    parameters = kind.parameters()

    with pytest.raises(UnfitTrainingRows, match="belong to so few entities"):
        kind.train(
            kind.split(marked.with_columns(pl.Series("n", range(320))), parameters, "hash"),
            parameters,
            Workshop(Remembered()),
        )
