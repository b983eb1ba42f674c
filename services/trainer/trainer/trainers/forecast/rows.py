"""Where uploaded rows become series, dates and numbers, and what cannot be used is counted or refused."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from trainer.trainers.forecast import moments
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.kind import UnfitTrainingRows
from trainer.trainers.tables import Column, Table

_SOLD = {
    "A17": (12, 9, 14, 11, 10, 15, 12, 8, 13, 11, 14, 10),
    "B02": (140, 151, 138, 149, 155, 143, 158, 150, 147, 160, 152, 157),
}
TEMPLATE = "series,date,value\n" + "".join(
    f"{series},{date(2026, 1, 5) + timedelta(weeks=week)},{sold}\n"
    for series, values in _SOLD.items()
    for week, sold in enumerate(values)
)
TABLES = (
    Table(
        name="history",
        meaning="What one series was on one date.",
        columns=(
            Column("series", "text", "What is forecast: a part, a shop, a shop's part, a meter."),
            Column("date", "moment", "The date, time or whole-numbered step of the value."),
            Column(
                "value",
                "number",
                "How much it was; blank where it is not known. Rows with a blank value after a series' last date may "
                "tell what is known of the future in further columns.",
                required=False,
            ),
            Column("split", "text", "Fixes the rows to measure on.", required=False, choices=("train", "holdout")),
        ),
        template=TEMPLATE,
        further="Features: of a series if they never change within one, otherwise of a date.",
    ),
)
NAMED = ("series", "date", "value", "split")
MOST_UNREADABLE = 0.05
LARGEST = 1e30
THOUSANDS = r"^\s*[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*$"
SHOWN = 5


@dataclass(frozen=True)
class Readable:
    """Rows with `series` (text), `date` (as `moments.parsed` gives it), `value` (float64), sides and covariates.

    `future`: the rows without a value. `removed`: how many others were left out, by reason.
    """

    rows: pl.DataFrame
    future: pl.DataFrame
    removed: dict[str, int]


def read(rows: pl.DataFrame, parameters: ForecastParameters) -> Readable:
    """Read what can be read. Raises `UnfitTrainingRows` if a column is missing or next to nothing can be read."""
    _require_columns(rows)
    typed = rows.with_columns(
        pl.col("series").cast(pl.String).str.strip_chars(),
        moments.parsed(rows["date"]).alias("date"),
        _numbers(rows["value"]).alias("value"),
    )
    named = (pl.col("series").str.len_bytes() > 0).fill_null(value=False)
    _require_dates(rows, typed.select(named & pl.col("date").is_null()).to_series())
    known = _only(typed, named & pl.col("date").is_not_null())
    inside = _within(known, parameters)
    valued = _only(inside, pl.col("value").is_not_null())
    future = inside.filter(pl.col("value").is_null())
    removed = {"blank": rows.height - known.height, "outside the dates": known.height - inside.height}
    if valued.is_empty():
        raise UnfitTrainingRows(_nothing(rows.height))
    return Readable(valued, future, {**removed, "without a number": future.height})


def _only(rows: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """The rows wanted; nothing is copied where those are all."""
    flags = rows.select(wanted).to_series()
    return rows if flags.all() else rows.filter(flags)


def _require_columns(rows: pl.DataFrame) -> None:
    missing = [column for column in ("series", "date", "value") if column not in rows.columns]
    if missing:
        raise UnfitTrainingRows(
            f"The data has no column '{missing[0]}'; a forecast needs the columns 'series', 'date' and 'value'."
        )


def _numbers(values: pl.Series) -> pl.Series:
    """Finite numbers; text may have separated thousands, as in 1,234.5."""
    if values.dtype == pl.String:
        grouped = values.str.contains(THOUSANDS)
        bare = values.str.strip_chars()
        values = pl.select(
            pl.when(grouped).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)
        ).to_series()
    numbers = values.cast(pl.Float64, strict=False)
    return pl.select(pl.when(numbers.is_finite() & (numbers.abs() < LARGEST)).then(numbers)).to_series()


def _require_dates(rows: pl.DataFrame, unread: pl.Series) -> None:
    """Refuse where dates were written that cannot be read, unless they are few: then they count as blank."""
    strange = rows.filter(unread & rows["date"].is_not_null())
    strange = strange.filter(pl.col("date").cast(pl.String).str.strip_chars() != "")
    if strange.height > MOST_UNREADABLE * rows.height:
        first = strange.row(0, named=True)
        raise UnfitTrainingRows(
            f"{strange.height} of {rows.height} rows have a date that cannot be understood, such as "
            f"'{first['date']}' of series '{first['series']}'; write dates like 2026-01-31, times like "
            "2026-01-31T14:00, or whole numbers."
        )


def _within(rows: pl.DataFrame, parameters: ForecastParameters) -> pl.DataFrame:
    kept = rows
    if parameters.start_date:
        kept = kept.filter(pl.col("date") >= _bound("start_date", parameters.start_date, rows["date"].dtype))
    if parameters.end_date:
        kept = kept.filter(pl.col("date") <= _bound("end_date", parameters.end_date, rows["date"].dtype))
    return kept


def _bound(name: str, written: str, dtype: pl.DataType) -> pl.Expr:
    bound = moments.parsed(pl.Series([written]))
    if bound.has_nulls() or (bound.dtype == pl.Int64) != (dtype == pl.Int64):
        wanted = "a whole number" if dtype == pl.Int64 else "a date such as 2026-01-31"
        raise UnfitTrainingRows(f"The parameter '{name}' is '{written}', but the dates of the data ask for {wanted}.")
    return pl.lit(bound.cast(dtype)[0], dtype)


def _nothing(found: int) -> str:
    if not found:
        return "The data is empty: there are no rows."
    return f"The data is empty: none of the {found} rows has a series, a date and a number, within the dates asked for."


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
