"""Where rows of any kind are shown to become steps of a frequency, or to be refused with what is wrong."""

from datetime import date

import polars as pl
import pytest

from tests.trainer.trainers.forecast.series import demand, table, train, waves, weekly
from trainer.trainers.forecast import kind
from trainer.trainers.forecast.finding import found
from trainer.trainers.forecast.moments import parsed
from trainer.trainers.kind import Snapshot, UnfitTrainingRows

NEGATIVE = pl.col("value") * -1


def split(rows: pl.DataFrame, **chosen: object) -> Snapshot:
    return kind.split(rows, kind.parameters.model_validate(chosen), "hash")


@pytest.mark.parametrize(
    ("every", "name"),
    [("1h", "hourly"), ("15m", "quarter-hourly"), ("1d", "daily"), ("1w", "weekly"), ("1mo", "monthly"),
     ("3mo", "quarterly"), ("1y", "yearly")],
)  # fmt: skip
def test_the_frequency_is_found_from_the_dates(every: str, name: str) -> None:
    rows = table(3, 40, every, waves(40, 4))

    frequency = found(rows, None)

    assert frequency.name == name
    assert frequency.dates(frequency.ordinals(rows["date"])).to_list() == rows["date"].to_list()


def test_days_without_weekends_are_business_days() -> None:
    rows = table(2, 100, "1d", waves(100, 5)).filter(pl.col("date").dt.weekday() <= 5)

    frequency = found(rows, None)
    steps = frequency.ordinals(rows["date"])

    assert frequency.name == "business-daily"
    assert steps[-1] - steps[-6] == 5
    assert frequency.dates(steps).to_list() == rows["date"].to_list()


def test_the_last_days_of_months_stay_last_days_in_leap_years_too() -> None:
    rows = table(2, 40, "1mo", waves(40, 12)).with_columns(pl.col("date").dt.month_end())

    frequency = found(rows, None)
    january = frequency.ordinals(pl.Series([date(2024, 1, 31)]))

    assert frequency.written(january + 1) == ["2024-02-29"]
    assert frequency.written(january + 13) == ["2025-02-28"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["2024-01-31", "2024-02-29"], [date(2024, 1, 31), date(2024, 2, 29)]),
        (["20240131", "20240229"], [date(2024, 1, 31), date(2024, 2, 29)]),
        (["31.01.2024", "29.02.2024"], [date(2024, 1, 31), date(2024, 2, 29)]),
        (["01/31/2024", "02/29/2024"], [date(2024, 1, 31), date(2024, 2, 29)]),
        (["31/01/2024", "29/02/2024"], [date(2024, 1, 31), date(2024, 2, 29)]),
        (["2024-W05", "2024-W06"], [date(2024, 1, 29), date(2024, 2, 5)]),
        (["2024-01", "2024-02"], [date(2024, 1, 1), date(2024, 2, 1)]),
        (["2024Q1", "2024-Q2"], [date(2024, 1, 1), date(2024, 4, 1)]),
        (["2024-03-30T00:00+01:00", "2024-04-01T00:00+02:00"], [date(2024, 3, 30), date(2024, 4, 1)]),
        (["1", "2.0"], [1, 2]),
        (["soon", None], [None, None]),
    ],
)
def test_dates_are_read_as_people_write_them(written: list[str | None], read: list[object]) -> None:
    assert parsed(pl.Series(written, dtype=pl.String)).to_list() == read


def test_the_last_steps_of_each_long_series_are_the_holdout() -> None:
    short = weekly(1, 15).with_columns(series=pl.lit("short"))

    snapshot = split(pl.concat([weekly(), short]))

    assert snapshot.holdout.group_by("series").len()["len"].unique().to_list() == [13]
    assert "short" not in snapshot.holdout["series"]
    assert snapshot.rule == "last 13 steps of each of 12 series long enough, of 13"


def test_a_column_fixes_the_sides() -> None:
    late = pl.int_range(pl.len()).over("series") >= 110
    rows = weekly().with_columns(split=pl.when(late).then(pl.lit("holdout")).otherwise(pl.lit("train")))

    snapshot = split(rows)

    assert snapshot.holdout.height == 120
    assert snapshot.rule == "column 'split'"


def test_repeated_rows_are_added_up_and_counted() -> None:
    rows = weekly()

    snapshot = split(pl.concat([rows, rows]))

    assert snapshot.removed["duplicates"] == rows.height
    assert snapshot.train["value"][0] == pytest.approx(2 * rows["value"][0])


def test_dates_without_a_row_are_zero_where_zeros_are_never_written() -> None:
    rows = table(20, 100, "1d", demand(100)).filter(pl.col("value") > 0)

    snapshot = split(rows)

    assert (snapshot.holdout["value"] == 0).mean() > 0.5  # pyright: ignore[reportOperatorIssue]
    assert "steps without a row count as 0" in snapshot.rule


def test_a_split_of_what_was_split_finds_the_same_steps() -> None:
    first = split(weekly())

    again = split(pl.concat([first.train, first.holdout.select(first.train.columns)]))

    assert again.train.equals(first.train)
    assert again.holdout.equals(first.holdout)


def test_a_date_far_off_is_left_out_and_counted() -> None:
    rows = pl.concat([weekly(), pl.DataFrame({"series": ["S00"], "date": [date(9000, 1, 1)], "value": [1.0]})])

    assert split(rows).removed["far off"] == 1


def test_rows_outside_the_dates_asked_for_are_left_out() -> None:
    snapshot = split(weekly(), start_date="2023-06-01", end_date="2025-01-01")

    assert snapshot.train["date"].min() == date(2023, 6, 5)
    assert snapshot.removed["outside the dates"] > 0


@pytest.mark.parametrize(
    ("rows", "chosen", "sentence"),
    [
        (weekly(3, 6), {}, "A weekly forecast needs at least 8 weeks; 3 of 3 series have fewer: S00, S01, S02."),
        (weekly(3, 30), {"horizon": 40}, "has 30, so the horizon may be 22 at most"),
        (weekly().drop("value"), {}, "The data has no column 'value'"),
        (weekly().head(0), {}, "The data is empty: there are no rows."),
        (weekly().with_columns(value=pl.lit("x")), {}, "none of the 1440 rows has a series, a date and a number"),
        (weekly().with_columns(date=pl.lit("soon")), {}, "1440 of 1440 rows have a date that cannot be understood"),
        (weekly().with_columns(split=pl.lit("x")), {}, "may only hold 'train' and 'holdout', but one row has 'x'"),
        (weekly(), {"start_date": "soon"}, "The parameter 'start_date' is 'soon'"),
        (weekly(), {"max_series": 5}, "The data has 12 series; at most 5 are trained at once."),
        (
            pl.concat([weekly(6), table(6, 300, "1d", waves(300, 7), "D")]),
            {},
            "The series have different frequencies: most are daily, but 6 of 12 series have dates further apart: S00",
        ),
    ],
)
def test_rows_that_cannot_be_forecast_are_refused_with_what_is_missing(
    rows: pl.DataFrame, chosen: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UnfitTrainingRows) as refused:
        split(rows, **chosen)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "rows",
    [
        weekly(1),
        weekly().with_columns(value=pl.lit(5.0)),
        weekly().with_columns(value=pl.lit(0.0)),
        weekly().with_columns(NEGATIVE),
        weekly().with_columns(pl.col("value") * 1e27),
        weekly().with_columns(pl.when(pl.int_range(pl.len()) % 7 > 0).then(pl.col("value")).otherwise(float("inf"))),
        weekly().with_columns(series=pl.lit("日本 ☃")).unique("date"),
        weekly(10, 11),
        table(3, 100, "1h", waves(100, 24)).with_columns(pl.col("date").dt.replace_time_zone("Europe/Berlin")),
        weekly().with_columns(date=pl.int_range(pl.len()).over("series")),
    ],
    ids=["one series", "constant", "zero", "negative", "huge", "infinite", "unicode", "short", "zoned", "steps"],
)
def test_strange_rows_give_sane_forecasts(rows: pl.DataFrame) -> None:
    assert kind.table is not None

    _, result = train(rows)

    forecasts = kind.table(result.artifact)
    assert forecasts["value"].is_finite().all()
    assert (forecasts["lower"] <= forecasts["value"]).all()
    assert (forecasts["value"] <= forecasts["upper"]).all()
