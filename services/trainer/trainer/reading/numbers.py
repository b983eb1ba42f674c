"""Where numbers and moments are recognised in cells, as people and spreadsheets write them."""

import polars as pl

MISSING = ("nan", "-nan", "na", "n/a", "#n/a", "null", "none", "inf", "-inf", "+inf", "infinity", "-infinity")
"""What stands for no number in a column of numbers."""

_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_DECIMAL_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$"
_INTEGER = r"^[+-]?\d+$"
_PADDED = r"^[+-]?0\d"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_TIME = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$"
_PLAUSIBLE = r"^[0-9A-Za-z.:/+\-, ]*\d[0-9A-Za-z.:/+\-, ]*$"
_EXACT = 2.0**53


def plain(cells: pl.Expr, delimiter: str) -> pl.Expr:
    """Write numbers as programs do: without thousands separators, with a decimal point.

    A comma in a number is a decimal one where cells are not separated by commas, as in the spreadsheets of half the
    world, and separates thousands where they are.
    """
    bare = cells.str.strip_chars()
    if delimiter == ",":
        return pl.when(bare.str.contains(_THOUSANDS)).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)
    pointed = bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(bare.str.contains(_DECIMAL_COMMA)).then(pointed).otherwise(bare)


def is_missing(cells: pl.Expr) -> pl.Expr:
    """Say which cells of a column of numbers mean that there is none."""
    return cells.str.strip_chars().str.to_lowercase().is_in(MISSING)


def as_float(cells: pl.Expr) -> pl.Expr:
    """Read plain numbers; null for what is no finite number."""
    number = cells.str.strip_prefix("+").cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def as_integer(cells: pl.Expr) -> pl.Expr:
    """Read plain numbers that are whole and exactly so; null for all others."""
    number = as_float(cells)
    whole = pl.when((number == number.floor()) & (number.abs() < _EXACT)).then(number)
    written = pl.when(cells.str.contains(_INTEGER)).then(cells.str.strip_prefix("+").cast(pl.Int64, strict=False))
    return pl.coalesce(written, whole.cast(pl.Int64, strict=False))


def is_code(cells: pl.Expr) -> pl.Expr:
    """Say which plain numbers are names rather: with leading zeros, or too long to be kept exactly."""
    too_long = cells.str.contains(_INTEGER) & as_integer(cells).is_null()
    return cells.str.contains(_PADDED) | too_long


def as_date(cells: pl.Expr) -> pl.Expr:
    """Read dates as ISO 8601 has them; null for all else."""
    bare = cells.str.strip_chars()
    return pl.when(bare.str.contains(_DATE)).then(bare.str.to_date("%Y-%m-%d", strict=False))


def as_time(cells: pl.Expr) -> pl.Expr:
    """Read times without a zone, and dates, as ISO 8601 has them; null for all else."""
    bare = cells.str.strip_chars()
    spaced = bare.str.replace("T", " ", literal=True)
    full = pl.when(spaced.str.len_bytes() == len("2026-01-01 00:00")).then(spaced + ":00").otherwise(spaced)
    read = full.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    return pl.when(bare.str.contains(_TIME)).then(read).otherwise(as_date(cells).cast(pl.Datetime("us")))


def is_moment(cells: pl.Expr) -> pl.Expr:
    """Say which cells may be a date, a time or a step; what looks like an ISO date must be one."""
    bare = cells.str.strip_chars()
    wrong_date = bare.str.contains(_DATE) & as_date(cells).is_null()
    wrong_time = bare.str.contains(_TIME) & as_time(cells).is_null()
    return bare.str.contains(_PLAUSIBLE) & ~wrong_date & ~wrong_time
