"""Where rows of a risk are shown to be divided without leaks, and unfit ones to be refused in words."""

from datetime import date, timedelta

import polars as pl
import pytest

from tests.trainer.trainers.risk.deliveries import deliveries
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.risk import kind


def split(rows: pl.DataFrame) -> Snapshot:
    return kind.split(rows, kind.parameters(), "hash")


def names(rows: pl.DataFrame) -> set[str]:
    return set(rows["entity"])


def test_a_row_is_on_the_same_side_in_every_later_snapshot() -> None:
    earlier, later = deliveries(300), deliveries(300, seed=2)

    first, second = split(earlier), split(pl.concat([earlier, later]))

    assert first.holdout.join(second.train, on=earlier.columns, nulls_equal=True).is_empty()
    assert first.train.join(second.holdout, on=earlier.columns, nulls_equal=True).is_empty()


def test_all_rows_of_an_entity_are_on_one_side() -> None:
    snapshot = split(deliveries(600, customers=80))

    assert snapshot.rule == "stable hash of the entity"
    assert not names(snapshot.train) & names(snapshot.holdout)
    assert snapshot.removed["entities"] == 0


def test_with_dates_the_newest_rows_of_new_entities_are_held_out() -> None:
    rows = deliveries(600, days=200).with_columns(
        pl.Series("entity", [f"customer {place // 3}" for place in range(600)])
    )

    snapshot = split(rows)

    assert snapshot.train["date"].max() < snapshot.holdout["date"].min()
    assert not names(snapshot.train) & names(snapshot.holdout)
    assert snapshot.rule.endswith("of entities without older rows")


def test_where_entities_come_back_a_quarter_of_them_is_never_learnt_from() -> None:
    snapshot = split(deliveries(2_000, days=200, customers=60))

    assert snapshot.train["date"].max() < snapshot.holdout["date"].min()
    assert not names(snapshot.train) & names(snapshot.holdout)
    assert snapshot.train.height + snapshot.holdout.height + snapshot.removed["entities"] == 2_000
    assert "a quarter of the entities" in snapshot.rule


def test_a_fixed_split_keeps_held_entities_out_of_the_rows_to_learn_from() -> None:
    sides = ["holdout" if place % 10 == 0 else "train" for place in range(600)]

    snapshot = split(deliveries(600, customers=300).with_columns(pl.Series("split", sides)))

    assert not names(snapshot.train) & names(snapshot.holdout)
    assert snapshot.removed["entities"] > 50


def test_near_duplicates_of_held_rows_are_removed_and_counted() -> None:
    rows = deliveries(300).with_columns(pl.lit("train").alias("split"))
    nearly = rows.head(40).with_columns(
        pl.col("carrier").str.to_uppercase() + " ", pl.col("distance_km") * 1.00001, pl.lit("holdout").alias("split")
    )

    snapshot = split(pl.concat([rows, nearly.select(rows.columns)]))

    assert 40 <= snapshot.removed["duplicates"] <= 42
    assert snapshot.train.height + snapshot.removed["duplicates"] == 300


def test_identical_rows_are_on_one_side() -> None:
    rows = deliveries(300)

    snapshot = split(pl.concat([rows, rows, rows]))

    both = snapshot.train.join(snapshot.holdout, on=rows.columns, nulls_equal=True)
    assert both.is_empty()
    assert snapshot.holdout.height % 3 == 0


def test_rows_that_are_alike_by_chance_are_no_duplicates() -> None:
    rows = deliveries(400).select("carrier", "express", "label")

    snapshot = split(rows)

    assert snapshot.removed["duplicates"] == 0
    assert 40 < snapshot.holdout.height < 130


def test_copies_are_on_one_side_even_of_a_narrow_table() -> None:
    rows = deliveries(60).select("carrier", "distance_km", "label")

    snapshot = split(pl.concat([rows] * 10))

    assert snapshot.train.join(snapshot.holdout, on=rows.columns, nulls_equal=True).is_empty()


def test_rows_that_come_to_be_alike_by_chance_leave_the_others_where_they_are() -> None:
    rows = deliveries(1_500).select("carrier", pl.col("distance_km").round(), "label").unique(maintain_order=True)

    few, many = split(rows.head(60)), split(rows)

    assert few.holdout.join(many.train, on=rows.columns).is_empty()
    assert few.train.join(many.holdout, on=rows.columns).height < 10


def test_numbers_that_came_as_text_do_not_move_a_row() -> None:
    rows = deliveries(300)

    as_text = split(rows.with_columns(pl.col("distance_km").cast(pl.String)))

    assert as_text.holdout["distance_km"].cast(pl.Float64).to_list() == split(rows).holdout["distance_km"].to_list()


@pytest.mark.parametrize("moments", ["text", "german", "days", "steps"])
def test_dates_may_come_in_any_form(moments: str) -> None:
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(200)]
    forms = {
        "text": [day.isoformat() for day in days],
        "german": [f"{day:%d.%m.%Y}" for day in days],
        "days": days,
        "steps": list(range(200)),
    }

    snapshot = split(deliveries(200).with_columns(pl.Series("date", forms[moments])))

    assert snapshot.holdout["date"].to_list() == forms[moments][160:]


def test_rows_without_a_label_are_left_out_and_counted() -> None:
    blank = deliveries(10).with_columns(pl.Series("label", [None, " "] * 5))

    snapshot = split(pl.concat([deliveries(200), blank]))

    assert snapshot.removed["blank"] == 10


def labelled(*labels: object) -> pl.DataFrame:
    return deliveries(len(labels)).with_columns(pl.Series("label", labels, strict=False))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (deliveries(100).drop("label"), "no column 'label'"),
        (deliveries(0), "has 0 rows with a label; a risk needs at least 50"),
        (deliveries(1), "has 1 rows with a label"),
        (labelled(*["late"] * 60), "has one label, 'late'"),
        (labelled(*["late", "early", "on time"] * 30), r"has 3 labels where a risk has two: 'late' \(30 rows\)"),
        (labelled(*["late"] * 9, *["on time"] * 90), "has 9 rows labelled 'late'; at least 10 are needed"),
        (deliveries(100).select("label"), "has no column to learn from"),
        (
            deliveries(100).select("label", pl.lit("x").alias("plant"), pl.int_range(100).alias("id")),
            "no column to learn from: 'id' differs in every row, like an id; 'plant' is the same in all rows",
        ),
        (deliveries(100).with_columns(pl.col("express").alias("date")), "values of the type Boolean, which is no date"),
        (deliveries(100).with_columns(pl.lit("soon").alias("date")), "holds 'soon', which is not a date"),
        (deliveries(100).with_columns(pl.lit("validation").alias("split")), "may only hold 'train' and 'holdout'"),
        (deliveries(100).with_columns(pl.lit("train").alias("split")), "None of the 100 rows fell into the holdout"),
    ],
)
def test_rows_that_cannot_be_learnt_from_are_refused_in_words(rows: pl.DataFrame, said: str) -> None:
    with pytest.raises(UnfitTrainingRows, match=said):
        split(rows)
