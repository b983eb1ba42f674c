"""Where the division into training rows and holdout is shown to be stable and free of leaks."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.trainers import splitting
from trainer.trainers.kind import UnfitTrainingRows

LONG = "my parcel was to come on monday and nobody in the shop can tell me where it is now, please help"
texts = st.lists(st.text(max_size=12), min_size=1, max_size=40)


def split(texts: list[str], **columns: list[object]) -> tuple[list[str], list[str]]:
    snapshot = splitting.split(pl.DataFrame({"text": texts, **columns}), "hash")
    return snapshot.train["text"].to_list(), snapshot.holdout["text"].to_list()


def normalised(texts: list[str]) -> set[str]:
    return set(splitting.normalised(pl.Series(texts, dtype=pl.String)))


@given(texts, texts)
def test_a_text_is_on_the_same_side_in_every_later_snapshot(earlier: list[str], later: list[str]) -> None:
    train, holdout = split(earlier)

    train_later, holdout_later = split(earlier + later)

    assert set(train) <= set(train_later)
    assert set(holdout) <= set(holdout_later)


@given(texts, st.lists(st.sampled_from(["train", "holdout"]), min_size=40, max_size=40))
def test_no_normalised_text_is_on_both_sides_of_a_fixed_split(texts: list[str], sides: list[object]) -> None:
    train, holdout = split([*texts, *(text.upper() for text in texts)], split=(sides * 2)[: 2 * len(texts)])

    assert not normalised(train) & normalised(holdout)


def test_writing_a_text_differently_does_not_move_it() -> None:
    written = ["Where is my order?", "where  is my\torder", "WHERE IS MY ORDER!!", "\uff37here is my order"]

    train, holdout = split(written)

    assert not train or not holdout


def test_about_a_fifth_is_held_out_by_hash() -> None:
    _, holdout = split([f"text {number}" for number in range(5_000)])

    assert 900 < len(holdout) < 1_100


def test_the_newest_fifth_is_held_out_where_rows_have_dates() -> None:
    days: list[object] = [date(2026, 1, 1) + timedelta(days=day) for day in range(10)]

    train, holdout = split([f"text {day}" for day in range(10)], date=days)

    assert holdout == ["text 8", "text 9"]
    assert len(train) == 8


def test_rows_of_one_date_stay_together() -> None:
    days: list[object] = ["2026-01-01"] * 7 + ["2026-01-02"] * 3

    _, holdout = split([f"text {day}" for day in range(10)], date=days)

    assert holdout == ["text 7", "text 8", "text 9"]


def test_rows_of_a_single_date_are_split_by_hash() -> None:
    rows = pl.DataFrame({"text": [f"text {number}" for number in range(50)], "date": ["2026-01-01"] * 50})

    snapshot = splitting.split(rows, "hash")

    assert snapshot.rule == splitting.STABLE
    assert snapshot.train.height > snapshot.holdout.height > 0


def test_training_rows_that_repeat_the_holdout_are_removed_and_counted() -> None:
    rows = pl.DataFrame({"text": ["a b", "A  B!", "c"], "split": ["holdout", "train", "train"]})

    snapshot = splitting.split(rows, "hash")

    assert snapshot.train["text"].to_list() == ["c"]
    assert snapshot.removed["duplicates"] == 1


def test_an_unknown_side_is_refused_by_name() -> None:
    with pytest.raises(UnfitTrainingRows, match="one row has 'validation'"):
        split(["a", "b"], split=["train", "validation"])


def test_a_date_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(UnfitTrainingRows, match="holds 'soon', which is not a date"):
        split(["a", "b"], date=["2026-01-01", "soon"])


def test_more_rows_hold_a_smaller_share_that_lies_within_the_earlier_holdout() -> None:
    tickets = [f"ticket number {number}" for number in range(12_000)]

    trained, few = split(tickets[:4_000])
    _, many = split(tickets)

    assert 0.18 < len(few) / 4_000 < 0.22
    assert 0.09 < len(many) / 12_000 < 0.11
    assert not set(many) & set(trained)


def test_training_rows_that_nearly_repeat_a_fixed_holdout_are_removed_and_counted() -> None:
    rows = pl.DataFrame({"text": [LONG, LONG.replace("monday", "sunday"), "c"], "split": ["holdout", "train", "train"]})

    snapshot = splitting.split(rows, "hash")

    assert snapshot.train["text"].to_list() == ["c"]
    assert dict(snapshot.removed) == {"duplicates": 0, "near_duplicates": 1}


def test_rows_that_nearly_repeat_one_another_on_one_side_stay() -> None:
    rows = pl.DataFrame({"text": [LONG, LONG + " now", "c"], "split": ["train", "train", "holdout"]})

    assert splitting.split(rows, "hash").train.height == 2


def test_no_stably_split_text_is_nearly_on_both_sides() -> None:
    texts = [f"{LONG} said {name}" for name in ("anna", "ben", "cleo", "dan", "eva", "finn", "gus", "hal", "ida", "jo")]
    others = ["hello", "the app closes when i open it", "good morning everyone", "charged twice for may"]

    snapshot = splitting.split(pl.DataFrame({"text": [*texts, *others]}), "hash")

    assert snapshot.removed["near_duplicates"] == 14 - snapshot.train.height - snapshot.holdout.height > 0


def test_near_repeats_stay_where_there_are_no_other_rows() -> None:
    rows = pl.DataFrame({"text": [LONG, LONG + " now"], "split": ["holdout", "train"]})

    snapshot = splitting.split(rows, "hash")

    assert (snapshot.train.height, dict(snapshot.removed)) == (1, {"duplicates": 0, "near_duplicates": 0})
    assert "all training rows nearly repeat it and stay" in snapshot.rule


def test_near_repeats_stay_where_their_label_has_no_other_rows() -> None:
    rows = pl.DataFrame(
        {
            "text": [LONG, LONG + " now", LONG + " thanks", "c"],
            "label": ["late", "late", "thanks", "thanks"],
            "split": ["holdout", "train", "train", "train"],
        }
    )

    snapshot = splitting.split(rows, "hash", label="label")

    assert snapshot.train["text"].to_list() == [LONG + " now", "c"]
    assert "; 1 training rows stay that nearly repeat it" in snapshot.rule


def test_numbered_steps_may_come_as_text() -> None:
    _, holdout = split([f"text {step}" for step in range(10)], date=[str(step) for step in range(10)])

    assert holdout == ["text 8", "text 9"]


def test_rows_that_do_not_say_their_side_are_trained_on() -> None:
    assert split(["a", "b", "c"], split=["holdout", None, " "]) == (["b", "c"], ["a"])


def test_a_blank_column_of_sides_fixes_nothing() -> None:
    rows = pl.DataFrame({"text": ["a", "b"], "split": [None, None]}, schema_overrides={"split": pl.String})

    assert splitting.split(rows, "hash").rule == splitting.STABLE
