"""Where columns of dates are read: dates, times and integer steps, in the ways people write them."""

from collections.abc import Iterator

import polars as pl

DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y",
    "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
CLOCKS = ("%H:%M:%S%.f", "%H:%M")
OFFSET = r"\s*(?:[zZ]|UTC|[+-]\d{2}:?\d{2})$"
STEP = r"^([+-]?\d{1,15})(?:\.0+)?$"
COMPACT = (19_000_101, 21_001_231)
"""Whole numbers that may all be dates written like 20260131."""

ENOUGH = 0.95


def parsed(dates: pl.Series) -> pl.Series:
    """The dates as Int64 (steps), Date, or Datetime (microseconds, no zone); null where one cannot be read.

    Times with a zone or an offset become UTC, unless all of them show the same time of day where they were written:
    then they are dates of that place. Text may be ISO 8601, a week (2026-W05), a month (2026-01), a quarter (2026Q1),
    or day, month and year in usual orders; of several readings the one that suits most rows is taken for all of them.
    """
    if dates.dtype == pl.Date or dates.null_count() == dates.len():
        return dates.cast(pl.Date)
    if isinstance(dates.dtype, pl.Datetime):
        return _of_times(dates)
    if dates.dtype.is_integer():
        return _steps_or_days(dates.cast(pl.Int64))
    if dates.dtype.is_float():
        return _steps_or_days(_whole(dates))
    written = dates.cast(pl.String).str.strip_chars()
    unique = written.unique(maintain_order=True).drop_nulls()
    return written.replace_strict(unique, _of_text(unique), default=None)


def _whole(numbers: pl.Series) -> pl.Series:
    kept = numbers.is_finite() & (numbers == numbers.round()) & (numbers.abs() < 2.0**53)
    return pl.select(pl.when(kept).then(numbers)).to_series().cast(pl.Int64)


def _steps_or_days(steps: pl.Series) -> pl.Series:
    if steps.drop_nulls().is_between(*COMPACT).all() and steps.null_count() < steps.len():
        days = steps.cast(pl.String).str.to_date("%Y%m%d", strict=False)
        if days.null_count() == steps.null_count():
            return days
    return steps


def _of_times(times: pl.Series) -> pl.Series:
    local = times.dt.replace_time_zone(None).dt.cast_time_unit("us")
    if _one_time_of_day(local):
        return local.dt.date()
    if getattr(times.dtype, "time_zone", None) is None:
        return local
    return times.dt.convert_time_zone("UTC").dt.replace_time_zone(None).dt.cast_time_unit("us")


def _one_time_of_day(times: pl.Series) -> bool:
    known = times.drop_nulls()
    return known.dt.time().n_unique() <= 1 and (known.dt.date().n_unique() > 1 or _midnight(known))


def _midnight(known: pl.Series) -> bool:
    return bool((known.dt.time().cast(pl.Int64) == 0).all())


def _of_text(text: pl.Series) -> pl.Series:
    best: pl.Series | None = None
    for reading in _readings(text):
        if best is None or reading.null_count() < best.null_count():
            best = reading
        if best.null_count() == 0:
            break
    return pl.Series([None] * text.len(), dtype=pl.Date) if best is None else best


def _readings(text: pl.Series) -> Iterator[pl.Series]:
    """Every way to read the texts, the likeliest first."""
    yield _steps_or_days(text.str.extract(STEP, 1).cast(pl.Int64, strict=False))
    for form in DAYS:
        yield text.str.to_date(form, strict=False)
    yield _periods(text)
    offset = text.str.contains(OFFSET)
    bare = text.str.replace(OFFSET, "").str.replace("T", " ", literal=True)
    for day in DAYS:
        for clock in CLOCKS:
            local = bare.str.to_datetime(f"{day} {clock}", strict=False, time_unit="us")
            yield local.dt.date() if _one_time_of_day(local) else _shifted(local, text, offset)


def _periods(text: pl.Series) -> pl.Series:
    """Months, quarters and ISO weeks by their first day."""
    month = (text.str.replace_all("/", "-", literal=True) + "-01").str.to_date("%Y-%m-%d", strict=False)
    week = (text.str.to_uppercase().str.replace(r"-?W", "-W") + "-1").str.to_date("%G-W%V-%u", strict=False)
    parts = text.str.to_uppercase().str.extract_groups(r"^(\d{4})[-\s]?Q([1-4])$")
    year, quarter = (pl.lit(parts.struct[place].cast(pl.Int32, strict=False)) for place in (0, 1))
    first = pl.select(pl.date(year, quarter * 3 - 2, 1)).to_series()
    return pl.select(pl.coalesce(month, week, first)).to_series()


def _shifted(local: pl.Series, text: pl.Series, offset: pl.Series) -> pl.Series:
    """Times in UTC; those without an offset are taken as they are."""
    if not offset.any():
        return local
    parts = text.str.extract_groups(r"([+-])(\d{2}):?(\d{2})$")
    hours, minutes = (parts.struct[place].cast(pl.Int64, strict=False).fill_null(0) for place in (1, 2))
    sign = (parts.struct[0].fill_null("+") == "+").cast(pl.Int64) * 2 - 1
    microseconds = sign * (hours * 60 + minutes) * 60_000_000 * offset.cast(pl.Int64)
    return (local.cast(pl.Int64) - microseconds).cast(pl.Datetime("us"))
