"""Where templates are shown to be ranked by what people made of them in their context, and only on proof."""

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
from trainer.trainers.archive import Contents
from trainer.trainers.kind import Trained, UnfitTrainingRows, UnreadableArtifact, UnusableInput, Workshop
from trainer.trainers.workflows import kind
from trainer.trainers.workflows.model import FORMAT

INPUT = {"step": "step 1", "region": 2}


def train(rows: pl.DataFrame, previous: bytes | None = None, **parameters: Any) -> Trained:
    chosen = kind.parameters(**parameters)
    return kind.train(kind.split(rows, chosen, "hash"), chosen, Workshop(Remembered(), previous))


@cache
def trained() -> Trained:
    return train(logs.of_templates(2_000))


def card(result: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(result.card, allow_nan=False))


def answer(result: Trained, **given: Any) -> list[dict[str, Any]]:
    return kind.load(result.artifact).predict([given])[0]["templates"]


def test_what_comes_first_is_accepted_more_often_than_what_was_offered() -> None:
    metrics = trained().metrics

    assert metrics["precision"] > metrics["acceptance"] + 0.2
    assert card(trained())["decision"]["changed"] is True


def test_only_columns_that_tell_something_are_used() -> None:
    assert card(trained())["method"]["columns"] == ["template", "step", "region"]
    assert card(trained())["data"]["unused_context"] == ["noise", "ticket"]


def test_probabilities_are_near_the_truth_and_their_intervals_hold_it() -> None:
    result = train(logs.of_templates(8_000), edited=1.0)
    cells = [(template, step, region) for template in range(6) for step in range(2) for region in range(4)]
    true = {cell: float(logs.liking(*np.array(cell), 2.0)) for cell in cells}

    said = {
        (int(each["template"][-1]), step, region): each
        for step in range(2)
        for region in range(4)
        for each in answer(result, step=f"step {step}", region=region)
    }

    assert np.mean([abs(said[cell]["probability"] - true[cell]) for cell in cells]) < 0.04
    assert np.mean([said[cell]["lower"] <= true[cell] <= said[cell]["upper"] for cell in cells]) > 0.9


def test_templates_come_in_the_order_of_their_probability() -> None:
    said = answer(trained(), **INPUT)

    probabilities = [each["probability"] for each in said]
    assert {each["template"] for each in said} == {f"template {number}" for number in range(6)}
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= each["lower"] < each["probability"] < each["upper"] <= 1 for each in said)


def test_another_context_has_another_order() -> None:
    orders = {
        tuple(each["template"] for each in answer(trained(), step="step 1", region=region)) for region in range(4)
    }

    assert len(orders) > 1


def test_a_known_step_limits_the_answer_to_templates_offered_at_it() -> None:
    rows = logs.of_templates(2_000).filter((pl.col("template") != "template 3") | (pl.col("step") == "step 0"))

    result = train(rows)

    assert "template 3" not in {each["template"] for each in answer(result, step="step 1")}
    assert "template 3" in {each["template"] for each in answer(result, step="step 0")}
    assert len(answer(result)) == len(answer(result, step="unheard of")) == 6


def test_a_context_that_was_never_seen_is_as_likely_but_less_sure() -> None:
    usual, unheard = answer(trained(), step="step 1")[0], answer(trained(), step="step 1", region="moon")[0]

    assert usual["probability"] == unheard["probability"]
    assert unheard["upper"] - unheard["lower"] > usual["upper"] - usual["lower"]


def test_numbers_and_text_name_the_same_context() -> None:
    assert (
        answer(trained(), **INPUT)
        == answer(trained(), **INPUT | {"region": "2"})
        == answer(trained(), **INPUT | {"region": 2.0})
    )


@pytest.mark.parametrize("region", [{}, [1]])
def test_a_context_that_is_no_value_is_refused_by_its_position(region: object) -> None:
    with pytest.raises(UnusableInput, match=r"inputs\[1\]\.region: must be a text or a number"):
        kind.load(trained().artifact).predict([{}, {"region": region}])


def test_no_inputs_have_no_answers() -> None:
    assert kind.load(trained().artifact).predict([]) == []


def test_an_edited_template_counts_in_part() -> None:
    rows = logs.of_templates(2_000)

    none, half, whole = (train(rows, edited=edited).metrics["acceptance"] for edited in (0, 0.5, 1))

    assert none < half < whole
    assert half == pytest.approx((none + whole) / 2)


def test_without_a_gain_every_template_gets_the_overall_acceptance_and_the_card_says_why() -> None:
    result = train(logs.of_templates(2_000, effect=0))

    assert card(result)["decision"]["changed"] is False
    assert card(result)["decision"]["sentence"].startswith("Kept today's counts: ")
    assert len({each["probability"] for each in answer(result)}) == 1


def test_what_serves_stays_byte_for_byte_without_a_gain() -> None:
    assert train(logs.of_templates(2_000), trained().artifact).artifact == trained().artifact


def test_what_serves_gives_way_to_proof() -> None:
    other = logs.of_templates(2_000, seed=4, effect=-2)

    changed = train(other, trained().artifact)

    assert card(changed)["decision"]["changed"] is True
    assert answer(changed, **INPUT)[0] != answer(trained(), **INPUT)[0]


def test_the_same_rows_give_the_same_bytes_in_another_process() -> None:
    assert elsewhere.artifact_hash("workflows", "logs.of_templates(2_000)") == sha256(trained().artifact).hexdigest()


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    snapshot = kind.split(logs.of_templates(2_000), kind.parameters(), "hash")

    evaluation = kind.evaluate(trained().artifact, snapshot.holdout)

    assert evaluation.metrics == trained().metrics
    assert set(evaluation.metrics) == {"precision", "acceptance", "coverage", "loss", "samples"}
    assert np.mean(evaluation.losses) == pytest.approx(evaluation.metrics["loss"])
    assert min(evaluation.losses) >= 0
    assert np.mean(evaluation.baseline or ()) > np.mean(evaluation.losses)


def test_an_answer_says_what_a_replay_measures() -> None:
    snapshot = kind.split(logs.of_templates(2_000), kind.parameters(), "hash")
    predictor = kind.load(trained().artifact)

    firsts = [each["templates"][0]["template"] for each in predictor.predict(snapshot.holdout.to_dicts())]

    matched = (snapshot.holdout["template"] == pl.Series(firsts)).mean()
    assert matched == pytest.approx(trained().metrics["coverage"])


def test_a_log_without_steps_or_context_ranks_templates_alone() -> None:
    result = train(logs.of_templates(2_000).select("template", "outcome"))

    assert card(result)["method"]["columns"] == ["template"]
    assert answer(result) == answer(result, step="step 1")


def test_unknown_templates_of_the_holdout_are_measured_and_named() -> None:
    rows = logs.of_templates(2_000).with_columns(
        template=pl.when(pl.int_range(pl.len()) >= 1_950).then(pl.lit("late")).otherwise(pl.col("template"))
    )

    result = train(rows)

    assert result.metrics["samples"] == 400
    assert "In the replayed rows but not known, so like all templates: 'late'." in card(result)["limits"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            logs.of_templates(0),
            "The log has 0 rows with a template, and the outcome accepted, edited or skipped, and at",
        ),
        (
            logs.of_templates(60).with_columns(outcome=pl.lit("ok")),
            "The log has 0 rows with a template, and the outcome",
        ),
        (
            logs.of_templates(60).with_columns(outcome=pl.lit("skipped")),
            "All 48 outcomes to learn from count as skipped",
        ),
        (logs.of_templates(60).drop("template"), "The data has no column 'template'; there are: outcome, step, region"),
        (
            logs.of_templates(60).with_columns(split=pl.lit("holdout")),
            "None of the 60 rows of the log is left to learn",
        ),
    ],
)
def test_a_log_that_cannot_be_learnt_from_is_refused(rows: pl.DataFrame, sentence: str) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        train(rows)

    assert str(refused.value).startswith(sentence)


NAMES = st.one_of(st.none(), st.sampled_from(["a", " a", "ß", "😀", "", "x" * 500]), st.text(max_size=3))
OUTCOMES = st.sampled_from(["accepted", "Edited", "skipped", "?"])


@given(st.lists(st.tuples(NAMES, OUTCOMES, NAMES, NAMES), min_size=20, max_size=120))
@settings(max_examples=40, deadline=None)
def test_any_log_is_learnt_from_or_refused(cells: list[tuple[str | None, str, str | None, str | None]]) -> None:
    rows = pl.DataFrame(cells, schema=dict.fromkeys(("template", "outcome", "step", "place"), pl.String), orient="row")

    with suppress(UnfitTrainingRows):
        result = train(rows)

        assert all(np.isfinite(value) for value in result.metrics.values())
        assert all(0 <= each["lower"] <= each["upper"] <= 1 for each in answer(result, step="a", place="ß"))


def test_progress_never_falls_and_ends_at_one() -> None:
    report = Remembered()

    kind.train(kind.split(logs.of_templates(2_000), kind.parameters(), ""), kind.parameters(), Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1), slice(100, None)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(trained().artifact[piece])


@pytest.mark.parametrize(
    ("fact", "value"), [("columns", ["template"]), ("counts", [[["x"]]]), ("strengths", []), ("edited", None)]
)
def test_an_artifact_whose_facts_do_not_fit_cannot_be_loaded(fact: str, value: object) -> None:
    facts = archive.unpack(trained().artifact, FORMAT).facts

    with pytest.raises(UnreadableArtifact, match="does not hold templates"):
        kind.load(archive.pack(Contents(FORMAT, facts | {fact: value})))
