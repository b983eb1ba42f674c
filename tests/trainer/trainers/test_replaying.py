"""Where logs are shown to be read leniently, divided stably, and to prove only gains that are there."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.trainers import replaying
from trainer.trainers.kind import UnfitTrainingRows
from trainer.trainers.replaying import Gain

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["yes", "no"]), st.integers(0, 2)), min_size=40)


def log(rows: list[tuple[str, str, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["rule", "outcome", "x"], orient="row")


def sides(rows: pl.DataFrame) -> tuple[Counter[object], Counter[object]]:
    snapshot = replaying.split(rows, "hash", {})
    return Counter(snapshot.train.rows()), Counter(snapshot.holdout.rows())


@given(ROWS, ROWS)
def test_a_row_stays_on_its_side_when_the_log_grows(
    earlier: list[tuple[str, str, int]], later: list[tuple[str, str, int]]
) -> None:
    train, holdout = sides(log(earlier * 3))

    train_later, holdout_later = sides(log(earlier * 3 + later))

    assert train <= train_later
    assert holdout <= holdout_later


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_a_log_makes_no_difference(rows: list[tuple[str, str, int]], random: object) -> None:
    shuffled = list(rows * 3)
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue]

    assert sides(log(rows * 3)) == sides(log(shuffled))


def test_a_fifth_of_equal_rows_is_held_out_too() -> None:
    train, holdout = sides(log([("a", "yes", 1)] * 1_000))

    assert 150 < holdout.total() < 250
    assert train.total() + holdout.total() == 1_000


def test_a_number_is_hashed_alike_whatever_its_type() -> None:
    rows = log([("a", "yes", number) for number in range(200)])

    whole, broken = (
        replaying.split(rows.with_columns(pl.col("x").cast(kind)), "hash", {}) for kind in (pl.Int16, pl.Float64)
    )

    assert whole.holdout["x"].to_list() == broken.holdout["x"].to_list()


def test_the_newest_fifth_is_replayed_where_rows_have_dates() -> None:
    rows = log([("a", "yes", day) for day in range(50)]).with_columns(date=pl.Series(range(50)))

    snapshot = replaying.split(rows, "hash", {"blank": 2})

    assert snapshot.holdout["x"].to_list() == list(range(40, 50))
    assert snapshot.removed == {"blank": 2, "duplicates": 0}


def test_rows_without_proposal_or_known_outcome_or_of_a_known_id_are_left_out_and_counted() -> None:
    rows = pl.DataFrame(
        {
            "rule": [" a ", None, "b", "b", "c", "c", ""],
            "outcome": ["YES", "yes", " no ", "maybe", "yes", "no", "no"],
            "id": [1, 2, 3, 4, 5, 5, 6],
        }
    )

    kept, removed = replaying.read(rows, "rule", ("yes", "no"))

    assert kept.select("rule", "outcome").rows() == [("a", "yes"), ("b", "no"), ("c", "yes")]
    assert removed == {"blank": 2, "unknown outcome": 1, "repeated id": 1}


def test_a_missing_column_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(UnfitTrainingRows, match=r"no column 'outcome'; there are: rule, x\."):
        replaying.read(log([]).drop("outcome"), "rule", ("yes", "no"))


def test_a_log_that_is_all_on_one_side_is_refused() -> None:
    rows = log([("a", "yes", 1)] * 30).with_columns(split=pl.lit("train"))

    with pytest.raises(UnfitTrainingRows, match="None of the 30 rows of the log is left to replay"):
        replaying.split(rows, "hash", {})


@pytest.mark.parametrize(
    ("value", "name"),
    [(" a ", "a"), (3, "3"), (3.0, "3"), (3.5, "3.5"), (True, "true"), (None, None), (" ", None), ("-2.00", "-2")],
)
def test_a_value_has_the_same_name_in_a_log_and_in_an_input(value: object, name: str | None) -> None:
    assert replaying.name(value) == name
    assert replaying.names(pl.Series("x", [value])).to_list() == [name]


def test_a_gain_has_students_interval() -> None:
    gains = np.array([0.1, 0.3, 0.2, 0.4])

    found = replaying.gain(gains, np.zeros(4), 0.95)

    assert (found.mean, found.lower, found.upper) == pytest.approx((0.25, 0.04457397, 0.45542603))
    assert not found.proven, "four rows are too few"


@given(st.integers(0, 100))
def test_no_gain_is_proven_where_there_is_none(seed: int) -> None:
    losses = np.random.default_rng(seed).random(200)

    assert not replaying.gain(losses, losses, 0.95).proven
    assert not replaying.gain(losses, losses + 0.01, 0.95).proven
    assert replaying.gain(losses + 0.01, losses, 0.95).proven


def test_chance_is_taken_for_a_gain_in_one_of_forty_cases() -> None:
    random = np.random.default_rng(5)

    proven = sum(replaying.gain(random.random(100), random.random(100), 0.95).proven for _ in range(2_000))

    assert 25 < proven < 75


@pytest.mark.parametrize(
    ("gain", "sentence"),
    [
        (Gain(0.2, 0.1, 0.3, 50), "Changed: the new ones lower the loss by 0.2000 (gain 0.1000 to 0.3000) on 50"),
        (Gain(0.2, -0.1, 0.5, 50), "Kept them: that new ones lower the loss by 0.2000 may be chance (gain -0.1000 to"),
        (Gain(-0.2, -0.3, 0.1, 50), "Kept them: new ones would raise the loss by 0.2000"),
        (Gain(0.2, 0.1, 0.3, 29), "Kept them: 29 replayed rows prove nothing yet; 30 are needed."),
    ],
)
def test_a_decision_is_said_in_a_sentence(gain: Gain, sentence: str) -> None:
    assert gain.said("them").startswith(sentence)
    assert gain.facts("them")["changed"] is gain.proven


def test_a_truth_value_has_one_name_however_it_came() -> None:
    written = pl.Series(["True", "TRUE", "true", " True"])

    assert replaying.names(written).to_list() == ["true"] * 4
    assert replaying.names(pl.Series([True])).to_list() == ["true"]
    assert [replaying.name(each) for each in (True, "True", "true")] == ["true"] * 3
