"""Where typed rows are hashed over every value and written as one Parquet file, part by part."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import polars as pl

_ROW_GROUP = 100_000

Digest = Any
"""A running SHA-256; its class has no public name."""


class Fingerprint:
    """A hash over all rows that depends on neither the order of columns nor the parts that rows come in.

    For each column: which cells are blank, and the values (the lengths of texts in UTF-8 as unsigned 32-bit integers,
    then their bytes; integers, days and microseconds as 64 bits, numbers as IEEE 754 doubles; little-endian), each
    stream hashed with SHA-256; then those hashes with names and types, in the order of the names.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._streams: dict[str, tuple[str, Digest, Digest, Digest]] = {}

    def add(self, rows: pl.DataFrame) -> None:
        """Take in the next rows; all parts have the same columns."""
        self._rows += rows.height
        for column in rows:
            kind = str(column.dtype)
            _, blank, lengths, values = self._streams.setdefault(column.name, (kind, sha256(), sha256(), sha256()))
            blank.update(column.is_null().cast(pl.UInt8).to_numpy().tobytes())
            if column.dtype == pl.String:
                filled = column.fill_null("")
                lengths.update(filled.str.len_bytes().cast(pl.UInt32).to_numpy().astype("<u4").tobytes())
                values.update("".join(filled.to_list()).encode())
            else:
                number = column.to_physical()
                wide = number.cast(pl.Float64 if number.dtype.is_float() else pl.Int64).fill_null(0)
                values.update(wide.to_numpy().astype("<f8" if number.dtype.is_float() else "<i8").tobytes())

    def hexdigest(self) -> str:
        """Give the hash of all that was taken in."""
        columns = [
            (name, kind, *(stream.hexdigest() for stream in streams))
            for name, (kind, *streams) in sorted(self._streams.items())
        ]
        return sha256(orjson.dumps([self._rows, columns])).hexdigest()


def store(parts: Sequence[Path], typed: Sequence[pl.Expr], folder: Path) -> tuple[Path, str]:
    """Give one Parquet file with the rows of all parts, typed, and their hash; the parts are used up."""
    fingerprint = Fingerprint()
    written = list(_written(parts, typed, fingerprint))
    whole = folder / "rows.parquet"
    pl.scan_parquet(written, glob=False).sink_parquet(whole, row_group_size=_ROW_GROUP, maintain_order=True)
    _remove(written)
    return whole, fingerprint.hexdigest()


def fingerprint_of(rows: pl.DataFrame) -> str:
    """Give the hash of rows that are all in memory."""
    fingerprint = Fingerprint()
    fingerprint.add(rows)
    return fingerprint.hexdigest()


def _written(parts: Iterable[Path], typed: Sequence[pl.Expr], fingerprint: Fingerprint) -> Iterator[Path]:
    names = [expression.meta.output_name() for expression in typed]
    for part in parts:
        rows = pl.read_parquet(part, glob=False)
        absent = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in rows.columns]
        rows = rows.with_columns(absent).select(typed)
        fingerprint.add(rows)
        path = part.with_name(f"typed-{part.name}")
        rows.write_parquet(path, compression="lz4")
        _remove([part])
        yield path


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink()
