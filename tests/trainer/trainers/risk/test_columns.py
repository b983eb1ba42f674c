"""Where it is shown which columns are learnt from, as what, and which label is taken for the risk."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest

from trainer.trainers.kind import UnfitTrainingRows
from trainer.trainers.risk import cells, columns, labels

ROWS = 100


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ([place % 7 * 0.5 for place in range(ROWS)], "number"),
        ([str(place % 50) for place in range(ROWS)], "number"),
        ([f"{place % 50},5" for place in range(ROWS)], "number"),
        (["n/a" if place % 3 else "12" for place in range(ROWS)], "number"),
        ([place % 2 == 0 for place in range(ROWS)], "number"),
        ([place * 17.3 for place in range(ROWS)], "number"),
        ([timedelta(hours=place % 9) for place in range(ROWS)], "number"),
        ([f"shop {place % 9}" for place in range(ROWS)], "category"),
        (["x" if place % 2 else None for place in range(ROWS)], "category"),
        ([f"2026-01-{place % 28 + 1:02}" for place in range(ROWS)], "moment"),
        ([date(2026, 1, place % 28 + 1) for place in range(ROWS)], "moment"),
        ([datetime(2026, 1, place % 28 + 1, tzinfo=UTC) for place in range(ROWS)], "moment"),
    ],
)
def test_columns_are_recognised_by_their_values(values: list[object], holds: str) -> None:
    found = columns.recognise(pl.DataFrame({"x": values}))

    assert found.features == {"x": holds}


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("x", ["same"] * ROWS, "is the same in all rows"),
        ("x", [None] * ROWS, "is the same in all rows"),
        ("x", [f"a long remark, number {place}" for place in range(ROWS)], "differs in nearly every row"),
        ("order", list(range(5_000, 5_000 + ROWS)), "like an id"),
        ("orderId", [place * 7_919 for place in range(ROWS)], "like an id"),
        ("x", [[1, place] for place in range(ROWS)], "something else than numbers, texts and dates"),
        ("x", [{"a": place} for place in range(ROWS)], "something else than numbers, texts and dates"),
        ("date", list(range(ROWS)), "only the order of its numbers counts"),
    ],
)
def test_what_cannot_be_learnt_from_is_left_out_with_its_reason(name: str, values: list[object], reason: str) -> None:
    found = columns.recognise(pl.DataFrame({name: values}))

    assert not found.features
    assert reason in found.left_out[name]


def test_columns_with_a_meaning_of_their_own_are_never_learnt_from() -> None:
    rows = pl.DataFrame({name: ["a", "b"] for name in ("label", "split", "entity", "_table")})

    assert columns.recognise(rows) == columns.Recognised({}, {})


def test_moments_are_days_in_utc_however_they_are_written() -> None:
    summer = timezone(timedelta(hours=2))
    written = ["2026-01-02", date(2026, 1, 2), datetime(2026, 1, 2, 2, tzinfo=summer), "2026-01-02T02:00:00+02:00"]

    assert {cells.moment(value) for value in written} == {20455.0}


@pytest.mark.parametrize(("value", "number"), [("1e400", None), (10**400, 1e15), (-1e300, -1e15), ("yes", 1.0)])
def test_numbers_stay_within_bounds(value: object, number: float | None) -> None:
    found = cells.number(value)

    assert found == number if number is not None else found != found  # noqa: PLR0124 (NaN)


@pytest.mark.parametrize(
    ("given", "wanted", "risk"),
    [
        (["late"] * 60 + ["on time"] * 40, None, "late"),
        (["No"] * 40 + ["Yes"] * 60, None, "Yes"),
        ([0] * 30 + [1] * 70, None, "1"),
        ([1.0] * 30 + [2.0] * 70, None, "1"),
        ([True] * 70 + [False] * 30, None, "true"),
        (["good"] * 70 + ["bad"] * 30, "GOOD", "good"),
        (["cat"] * 70 + ["dog"] * 30, None, "dog"),
    ],
)
def test_the_risk_is_the_label_that_sounds_like_it_else_the_rarer(
    given: list[object], wanted: str | None, risk: str
) -> None:
    assert labels.positive(labels.written(pl.Series(given)), wanted)[0] == risk


def test_a_risk_that_no_row_has_is_refused() -> None:
    with pytest.raises(UnfitTrainingRows, match="'lost' was to be the risk, but the rows are labelled 'a' and 'b'"):
        labels.positive(pl.Series(["a", "a", "b"]), "lost")


def test_labels_that_differ_in_case_alone_are_one() -> None:
    alike = labels.named_alike(pl.Series(["Late", "late", "late", "LATE", "on time"]))

    assert alike.to_list() == ["late"] * 4 + ["on time"]
