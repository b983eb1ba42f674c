"""Where forecasts are shown to beat the naive one, to know their bounds and to repeat themselves."""

import json
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.trainer.trainers.forecast.series import LAST, demand, table, train, trained, waves, weekly
from tests.trainer.trainers.rows import Remembered
from trainer.trainers.forecast import kind
from trainer.trainers.kind import Trained, UnfitTrainingRows, UnreadableArtifact, UnusableInput, Workshop

TRAIN_ELSEWHERE = """
from hashlib import sha256
from tests.trainer.trainers.forecast.series import trained
print(sha256(trained()[1].artifact).hexdigest())
"""


def card(result: Trained) -> dict[str, Any]:
    return json.loads(json.dumps(result.card, allow_nan=False))


def test_it_forecasts_better_than_the_season_before() -> None:
    snapshot, result = trained()

    evaluation = kind.evaluate(result.artifact, snapshot.holdout)

    assert evaluation.baseline is not None
    assert np.mean(evaluation.losses) < np.mean(evaluation.baseline)
    assert (evaluation.unit, evaluation.baseline_name) == ("series", "seasonal naive forecasts")


def test_most_values_lie_within_their_bounds() -> None:
    _, result = train(table(40, 120, "1w", waves(120, 13)), season_length=13)

    assert 0.8 <= result.metrics["coverage"] <= 0.98


def test_bounds_grow_with_the_steps_ahead() -> None:
    forecasts = kind.table(trained()[1].artifact) if kind.table else pl.DataFrame()

    width = forecasts.select((pl.col("upper") - pl.col("lower")).alias("width"), "series")
    widths = width.group_by("series", maintain_order=True).agg("width")["width"].to_list()

    assert all(np.all(np.diff(each) > -1e-3) for each in widths)


def test_the_same_rows_and_seed_give_the_same_bytes_in_another_process() -> None:
    search = [path for path in sys.path if path]

    there = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {search!r}\n{TRAIN_ELSEWHERE}"],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"},
    )

    assert there.stdout.strip() == sha256(trained()[1].artifact).hexdigest()


def test_the_metrics_of_a_training_are_those_of_evaluating_its_artifact() -> None:
    snapshot, result = trained()

    assert kind.evaluate(result.artifact, snapshot.holdout).metrics == result.metrics
    assert {"mae", "mape", "smape", "mase", "rmse", "rmsse", "wape", "bias", "coverage", "series"} <= set(
        result.metrics
    )


def test_a_holdout_behind_the_last_date_is_measured_by_the_forecasts_of_the_future() -> None:
    rows, shorter = weekly(), weekly(steps=110)
    _, champion = train(shorter, season_length=13, horizon=10)
    snapshot = kind.split(rows, kind.parameters(season_length=13, horizon=10), "hash")

    evaluation = kind.evaluate(champion.artifact, snapshot.holdout)

    assert np.isfinite(evaluation.losses).all()
    assert evaluation.metrics["rows"] == 120


def test_a_series_that_the_artifact_does_not_know_has_no_loss() -> None:
    snapshot, result = trained()
    stranger = snapshot.holdout.with_columns(
        series=pl.when(pl.col("series") == "S03").then(pl.lit("new")).otherwise(pl.col("series"))
    )

    losses = kind.evaluate(result.artifact, stranger).losses

    assert [np.isnan(loss) for loss in losses].count(True) == 1


def test_losses_stand_in_an_order_that_only_the_holdout_decides() -> None:
    snapshot, result = trained()

    mixed = snapshot.holdout.sample(fraction=1.0, shuffle=True, seed=3)

    assert kind.evaluate(result.artifact, mixed).losses == pytest.approx(
        kind.evaluate(result.artifact, snapshot.holdout).losses
    )


def test_a_prediction_gives_dates_values_and_bounds() -> None:
    answer = kind.load(trained()[1].artifact).predict([{"series": "S03", "horizon": 2}])[0]

    assert [each["date"] for each in answer["values"]] == [str(LAST + timedelta(weeks=week)) for week in (1, 2)]
    assert all(0 <= each["lower"] <= each["value"] <= each["upper"] for each in answer["values"])
    assert answer["as_of"] == str(LAST)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"series": "S0"}, r"inputs\[0\].series: there is no forecast for 'S0' among 12 series; there is one for S"),
        ({"series": "S03", "horizon": 14}, r"inputs\[0\].horizon: a whole number from 1 to 13 is needed"),
        ({"series": "S03", "horizon": 0}, r"inputs\[0\].horizon"),
        ({"series": "S03", "horizon": "2"}, r"inputs\[0\].horizon"),
        ({}, r"inputs\[0\].series: the name of a series is needed"),
        ({"series": None}, r"inputs\[0\].series"),
    ],
)
def test_what_was_not_trained_is_refused_with_what_is_possible(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(UnusableInput, match=sentence):
        kind.load(trained()[1].artifact).predict([asked])


def test_the_table_holds_every_series_and_step() -> None:
    assert kind.table is not None

    forecasts = kind.table(trained()[1].artifact)

    assert forecasts.columns == ["series", "date", "value", "lower", "upper"]
    assert forecasts.height == 12 * 13
    assert forecasts["date"].min() == LAST + timedelta(weeks=1)


def test_demand_that_is_mostly_zero_is_not_forecast_as_nothing() -> None:
    _, result = train(table(60, 80, "1w", demand(80)))

    assert abs(result.metrics["bias_share"]) < 0.25
    assert card(result)["method"]["segments"][0]["segment"].startswith("intermittent")


def test_what_is_known_of_the_future_is_used() -> None:
    random = np.random.default_rng(1)
    plain = table(30, 113, "1w", waves(113, 13))
    promoted = plain.with_columns(promotion=pl.Series(random.random(plain.height) < 0.2).cast(pl.Float64))
    lifted = promoted.with_columns(value=pl.col("value") * (1 + 0.6 * pl.col("promotion")))
    newest = pl.int_range(pl.len()).over("series") >= 100
    rows = lifted.with_columns(value=pl.when(~newest).then(pl.col("value")))

    _, knowing = train(rows, season_length=13)
    _, guessing = train(rows.drop("promotion"), season_length=13)

    assert knowing.metrics["rmsse"] < 0.8 * guessing.metrics["rmsse"]
    assert card(knowing)["data"]["features"] == ["promotion"]


def test_features_of_series_are_named_in_the_card() -> None:
    rows = weekly().with_columns(group=pl.col("series").str.slice(2), empty=pl.lit(None, pl.String))

    _, result = train(rows)

    assert card(result)["data"]["features"] == ["group"]
    assert card(result)["data"]["features_not_used"] == ["empty"]


def test_the_card_tells_of_short_and_ended_series() -> None:
    short = weekly(1, 10).with_columns(series=pl.lit("short"))

    _, result = train(pl.concat([weekly(), short]))

    limits = " ".join(card(result)["limits"])
    assert "Too short to be measured on, so forecast like others: 1 series, short." in limits
    assert "perhaps discontinued: 1 series, short." in limits
    assert len(kind.load(result.artifact).predict([{"series": "short"}])[0]["values"]) == 13


def test_progress_never_falls_and_ends_at_one() -> None:
    report = Remembered()
    parameters = kind.parameters.model_validate({"optimize": {"trials": 2}, "ensemble": 2, "max_rows": 2_000})

    kind.train(kind.split(weekly(), parameters, "hash"), parameters, Workshop(report))

    fractions = [fraction for fraction, _ in report.steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_a_search_is_told_in_the_card() -> None:
    _, result = train(weekly(), optimize={"trials": 2, "seconds": 3_600}, max_rows=2_000)

    assert card(result)["method"]["search"]["boosted_change"]["trials"] == 2


def test_one_method_can_be_asked_for() -> None:
    _, result = train(weekly(), method="naive")

    assert card(result)["method"]["segments"][0]["weights"] == {"naive": 1.0}


def test_a_method_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnfitTrainingRows, match="There is no method 'magic'; there are: auto, boosted_change"):
        train(weekly(), method="magic")


@pytest.mark.parametrize("piece", [slice(0), slice(9), slice(-1), slice(100, None)])
def test_a_piece_of_an_artifact_cannot_be_loaded(piece: slice) -> None:
    with pytest.raises(UnreadableArtifact):
        kind.load(trained()[1].artifact[piece])
