"""Where Parquet is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import polars as pl
from polars.exceptions import PolarsError

from trainer.reading.delimited import header
from trainer.reading.objects import written
from trainer.reading.problems import UnusableUpload
from trainer.reading.shapes import Frame, Limits

_MOST_ROWS = 20_000


def frames(path: Path, limits: Limits) -> Iterator[Frame]:
    """Give the rows piece by piece, a row's number for its line; raises `UnusableUpload` if it cannot be read."""
    try:
        scanned = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        names = scanned.collect_schema().names()
        header(names, limits)
        total = int(scanned.select(pl.len()).collect().item())
        if total > limits.rows:
            raise UnusableUpload(f"The file has {total:,} rows; {limits.rows:,} are allowed.")
        yield Frame(pl.Series("line", [], pl.Int64), pl.DataFrame(schema=dict.fromkeys(names, pl.String)), 0)
        yield from _frames(scanned, total)
    except (PolarsError, OSError) as broken:
        raise UnusableUpload(f"The Parquet file cannot be read: {str(broken).splitlines()[0]}.") from broken


def _frames(scanned: pl.LazyFrame, total: int) -> Iterator[Frame]:
    done = 0
    for batch in scanned.collect_batches(maintain_order=True, chunk_size=_MOST_ROWS):
        for part in batch.iter_slices(_MOST_ROWS):
            lines = pl.int_range(done + 1, done + 1 + part.height, dtype=pl.Int64, eager=True).alias("line")
            done += part.height
            yield Frame(lines, part.select(as_text(column) for column in part), done / max(1, total))


def as_text(column: pl.Series) -> pl.Series:
    """Write a column as cells; what is nested becomes JSON, NaN a missing value."""
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind.is_nested() or isinstance(kind, pl.Object | pl.Binary):
        cells = [written(_plain(value)) for value in column.to_list()]
        return pl.Series(column.name, cells, dtype=pl.String)
    if kind.is_float():
        column = column.fill_nan(None)
    return column.cast(pl.String)


def _plain(value: object) -> object:
    """Make of a nested value what JSON can hold."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in cast("dict[object, object]", value).items()}
    if isinstance(value, list | tuple | pl.Series):
        return [_plain(each) for each in cast("list[object]", value)]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if value is None or isinstance(value, str | int | float) else str(value)
