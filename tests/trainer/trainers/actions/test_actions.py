"""Where rules are shown to be weighed by what people made of them, and to stay as they are without proof."""

import json
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainer.trainers import elsewhere, logs
from tests.trainer.trainers.rows import Remembered
from trainer.trainers import archive
from trainer.trainers.actions import kind
from trainer.trainers.actions.model import FORMAT
from trainer.trainers.archive import Contents
from trainer.trainers.kind import Trained, UnfitTrainingRows, UnreadableArtifact, UnusableInput, Workshop

INPUT = {"s0": 0.9, "s1": 0.1, "s2": 0.5, "s3": 0.5}


def train(rows: pl.DataFrame, previous: bytes | None = None, **parameters: Any) -> Trained:
    chosen = kind.parameters(**parameters)
    return kind.train(kind.split(rows, chosen, "hash"), chosen, Workshop(Remembered(), previous))


@cache
def trained() -> Trained:
    return train(logs.of_rules(2_000))


def card(result: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(result.card, allow_nan=False))


def weights(result: Trained, when: str) -> dict[str, float]:
    return {signal["signal"]: signal[when] for signal in card(result)["signals"]}


def test_signals_that_people_follow_get_more_weight_than_others() -> None:
    learnt = weights(trained(), "served")

    assert learnt["s0"] > 1.4 * learnt["s1"] > 5 * max(learnt["s2"], learnt["s3"])
    assert card(trained())["decision"]["changed"] is True


def test_without_a_gain_todays_weights_stay_and_the_card_says_why() -> None:
    result = train(logs.of_rules(2_000, weights=(1, 1, 1, 1)))

    decision = card(result)["decision"]
    evaluation = kind.evaluate(result.artifact, kind.split(logs.of_rules(2_000), kind.parameters(), "").holdout)
    assert decision["changed"] is False
    assert decision["sentence"].startswith("Kept today's weights and thresholds: ")
    assert decision["lower"] <= 0
    assert list(evaluation.losses) == evaluation.baseline


def test_what_serves_stays_byte_for_byte_without_a_gain() -> None:
    again = train(logs.of_rules(2_000), trained().artifact)

    assert again.artifact == trained().artifact


def test_what_serves_is_where_learning_starts_and_gives_way_to_proof() -> None:
    rows = logs.of_rules(2_000, seed=2, weights=(0, 0, 1, 2))

    changed = train(rows, trained().artifact)

    assert weights(changed, "today") == pytest.approx(weights(trained(), "served"))
    assert weights(changed, "served")["s3"] > weights(changed, "served")["s0"]


def test_todays_weights_may_be_given_in_the_units_of_their_columns() -> None:
    rows = logs.of_rules(2_000).with_columns(pl.col("s0") * 1_000)

    result = train(rows, weights={"s0": 0.002, "s1": 1.0})

    today = weights(result, "today")
    assert today["s1"] / today["s0"] == pytest.approx(500)
    assert today["s2"] == today["s3"] == 0
    assert card(result)["decision"]["changed"] is False, "they are the true ones"


def test_rules_get_weights_of_their_own_where_that_helps() -> None:
    assert card(train(logs.of_rules(3_000, own=True)))["method"]["own"] is True
    assert card(trained())["method"]["own"] is False


def test_the_same_rows_give_the_same_bytes_in_another_process() -> None:
    assert elsewhere.artifact_hash("actions", "logs.of_rules(2_000)") == sha256(trained().artifact).hexdigest()


def test_a_prediction_ranks_all_rules_by_score() -> None:
    answer = kind.load(trained().artifact).predict([INPUT])[0]["actions"]

    scores = [action["score"] for action in answer]
    assert {action["rule"] for action in answer} == {f"rule {number}" for number in range(5)}
    assert scores == sorted(scores, reverse=True)
    assert all(0 < action["score"] < 1 and isinstance(action["recommended"], bool) for action in answer)


def test_a_prediction_is_the_share_that_people_accept() -> None:
    snapshot = kind.split(logs.of_rules(20_000), kind.parameters(), "hash")
    predictor = kind.load(train(logs.of_rules(20_000)).artifact)
    asked = snapshot.holdout.with_columns(rules=pl.concat_list("rule"))

    scores = [answer["actions"][0]["score"] for answer in predictor.predict(asked.to_dicts())]

    sure = np.array(scores) > 0.8
    assert (snapshot.holdout["outcome"] == "accepted").to_numpy()[sure].mean() == pytest.approx(
        np.mean(np.array(scores)[sure]), abs=0.03
    )


def test_an_input_may_name_the_rules_that_it_is_about() -> None:
    answer = kind.load(trained().artifact).predict([INPUT | {"rules": ["rule 3", "rule 1"]}])[0]["actions"]

    assert [action["rule"] for action in answer] == ["rule 3", "rule 1"]


@pytest.mark.parametrize(
    "given", [{"s0": "0.9", "s1": None}, {"s0": 0.9, "rule": "rule 1", "date": "today"}, {"s0": True}]
)
def test_signals_may_be_missing_or_written_as_text(given: dict[str, object]) -> None:
    assert len(kind.load(trained().artifact).predict([given])[0]["actions"]) == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"inputs\[1\]\.s0: is missing, and so is every other signal"),
        ({"s0": "much"}, r"inputs\[1\]\.s0: must be a number"),
        ({"s0": float("inf")}, r"inputs\[1\]\.s0: must be a finite number"),
        ({"s0": [1]}, r"inputs\[1\]\.s0: must be a number"),
        ({"s0": 1, "rules": "rule 1"}, r"inputs\[1\]\.rules: must be a list of rules"),
        ({"s0": 1, "rules": ["rule 9"]}, r"inputs\[1\]\.rules: there is no rule 'rule 9'"),
        ({"s0": 1, "rules": [None]}, r"inputs\[1\]\.rules: there is no rule 'None'"),
    ],
)
def test_an_input_that_cannot_be_answered_is_refused_by_its_position(given: dict[str, object], message: str) -> None:
    with pytest.raises(UnusableInput, match=message):
        kind.load(trained().artifact).predict([INPUT, given])


def test_no_inputs_have_no_answers() -> None:
    assert kind.load(trained().artifact).predict([]) == []


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    snapshot = kind.split(logs.of_rules(2_000), kind.parameters(), "hash")

    evaluation = kind.evaluate(trained().artifact, snapshot.holdout)

    assert evaluation.metrics == trained().metrics
    assert set(evaluation.metrics) == {"precision", "acceptance", "coverage", "loss", "samples"}
    assert np.mean(evaluation.losses) == pytest.approx(evaluation.metrics["loss"])
    assert np.mean(evaluation.baseline or ()) > np.mean(evaluation.losses)


def test_recommended_rules_are_accepted_as_often_as_was_asked_for() -> None:
    metrics = train(logs.of_rules(10_000), target_precision=0.8).metrics

    assert metrics["precision"] > 0.78 > metrics["acceptance"]
    assert metrics["coverage"] > 0.1


def test_a_rule_with_few_outcomes_keeps_its_threshold_and_is_named() -> None:
    rows = logs.of_rules(2_000).with_columns(rule=pl.Series(["rare"] * 20 + ["often"] * 1_980))

    result = train(rows, threshold=0.42)

    slices = {each["rule"]: each for each in card(result)["slices"]}
    assert slices["rare"]["threshold_learnt"] == 0.42 != slices["often"]["threshold_learnt"]
    assert any("stays as it is: 'rare'" in limit for limit in card(result)["limits"])


def test_new_rules_and_signals_are_learnt_beside_those_that_serve() -> None:
    rows = logs.of_rules(3_000, seed=3).rename({"s0": "fresh"}).with_columns(pl.col("rule").replace("rule 4", "rule 7"))

    result = train(rows, trained().artifact)

    assert weights(result, "today")["fresh"] == 0 < weights(result, "served")["fresh"]
    answer = kind.load(result.artifact).predict([{"fresh": 1, "s1": 0}])[0]["actions"]
    assert {"rule 4", "rule 7"} <= {action["rule"] for action in answer}


def test_a_log_that_shares_no_signal_with_what_serves_is_learnt_from_anew() -> None:
    rows = logs.of_rules(2_000).rename({f"s{number}": f"t{number}" for number in range(4)})

    assert train(rows, trained().artifact).artifact == train(rows).artifact
    assert kind.evaluate(trained().artifact, kind.split(rows, kind.parameters(), "").holdout).metrics["samples"] == 400


def test_rubbish_that_is_said_to_serve_is_not_heeded() -> None:
    assert train(logs.of_rules(2_000), b"rubbish").artifact == trained().artifact


@pytest.mark.parametrize(
    ("rows", "parameters", "sentence"),
    [
        (logs.of_rules(0), {}, "The log has 0 rows with a rule, and the outcome accepted or rejected, and at least 20"),
        (logs.of_rules(1), {}, "The log has 1 row with a rule"),
        (
            logs.of_rules(60).with_columns(outcome=pl.lit("ok")),
            {},
            "The log has 0 rows with a rule, and the outcome acc",
        ),
        (
            logs.of_rules(60).with_columns(outcome=pl.lit("accepted")),
            {},
            "All 48 outcomes to learn from are accepted; ",
        ),
        (
            logs.of_rules(60).drop("rule"),
            {},
            "The data has no column 'rule'; there are: outcome, s0, s1, s2, s3, date.",
        ),
        (logs.of_rules(60).select("rule", "outcome", "date"), {}, "The log has no column of numbers to weigh; columns"),
        (logs.of_rules(60).with_columns(s0=1, s1=2, s2=3, s3=4), {}, "None of the signals has two different values"),
        (
            logs.of_rules(60),
            {"weights": {"s9": 1}},
            "The parameter weights names 's9', which is no signal of the log; ",
        ),
        (
            logs.of_rules(60).with_columns(date=pl.lit("soon")),
            {},
            "The column 'date' holds 'soon', which is not a date",
        ),
    ],
)
def test_a_log_that_cannot_be_learnt_from_is_refused(
    rows: pl.DataFrame, parameters: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        train(rows, **parameters)

    assert str(refused.value).startswith(sentence)


CELLS = st.one_of(st.none(), st.floats(), st.floats(-1, 1), st.sampled_from([1e308, -1e308, 0.0]))


@given(st.lists(st.tuples(st.sampled_from(["a", "ß", "😀"]), st.booleans(), CELLS, CELLS), min_size=20, max_size=120))
@settings(max_examples=40, deadline=None)
def test_any_log_is_learnt_from_or_refused(cells: list[tuple[str, bool, float | None, float | None]]) -> None:
    rows = pl.DataFrame(
        [(rule, "accepted" if good else "rejected", x, y) for rule, good, x, y in cells],
        schema={"rule": pl.String, "outcome": pl.String, "x": pl.Float64, "y": pl.Float64},
        orient="row",
    )

    with suppress(UnfitTrainingRows):
        result = train(rows)

        assert all(np.isfinite(value) for value in result.metrics.values())
        assert card(result)["decision"]["rows"] == result.metrics["samples"]


def test_progress_never_falls_and_ends_at_one() -> None:
    report = Remembered()

    kind.train(kind.split(logs.of_rules(200), kind.parameters(), ""), kind.parameters(), Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1), slice(100, None)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(trained().artifact[piece])


@pytest.mark.parametrize(
    ("fact", "value"), [("rules", ["one"]), ("weights", "x"), ("scale", [1.0]), ("thresholds", None)]
)
def test_an_artifact_whose_facts_do_not_fit_cannot_be_loaded(fact: str, value: object) -> None:
    facts = archive.unpack(trained().artifact, FORMAT).facts

    with pytest.raises(UnreadableArtifact, match="does not hold rules"):
        kind.load(archive.pack(Contents(FORMAT, facts | {"scorer": facts["scorer"] | {fact: value}})))
