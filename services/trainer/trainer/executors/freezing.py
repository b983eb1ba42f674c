"""Where rows become a snapshot: in a stable order, hashed over every value, kept as Parquet."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from trainer.artifacts import Shelf
from trainer.executors.orders import Order, Part
from trainer.trainers.kind import Kind, UnfitTrainingRows
from trainer.trainers.tables import Table

TABLE = "_table"
"""The column that names the table of a row, for kinds that have several."""

_NO_ROWS = "", pl.DataFrame()
Row = dict[str, Any]


def freeze_all(shelf: Shelf, order: Order, kind: Kind[Any]) -> tuple[str, pl.DataFrame, int]:
    """Keep all rows of an order; give their hash, the rows, and how many of them are examples.

    One dataset alone is a snapshot already, and so are examples alone. Otherwise the rows of all stand one below the
    other, and the hash is that of their hashes. Raises `MissingContent`, `UnfitTrainingRows`.
    """
    tables = kind.tables
    digest, examples = freeze(shelf, Path(order.rows), order.scratch) if order.rows and kind.collects else _NO_ROWS
    parts = [(part.table, part.sha256, thaw(shelf, part.sha256)) for part in used(order, tables)]
    if not parts and not digest:
        raise UnfitTrainingRows(f"A {kind.name} task learns from uploaded rows, and none was uploaded.")
    if digest and (examples.height or not parts):
        parts.append((tables[0].name if tables else "", digest, examples))
    if len(parts) == 1 and len(tables) <= 1:
        return parts[0][1], parts[0][2], examples.height
    named = [rows.with_columns(pl.lit(table).alias(TABLE)) if len(tables) > 1 else rows for table, _, rows in parts]
    joined = pl.concat(named, how="diagonal_relaxed")
    whole = sha256("\n".join(f"{table} {each}" for table, each, _ in parts).encode()).hexdigest()
    shelf.put_snapshot(whole, _parquet(joined), order.scratch)
    return whole, joined, examples.height


def used(order: Order, tables: Sequence[Table]) -> list[Part]:
    """Give the datasets that are tables of a kind."""
    names = {table.name for table in tables}
    return [part for part in order.datasets if not names or part.table in names]


def freeze(shelf: Shelf, rows: Path, scratch: str) -> tuple[str, pl.DataFrame]:
    """Keep the rows of a file with lines of JSON; give their hash and the rows in order of their ids."""
    ordered = sorted((_columns(orjson.loads(line)) for line in shelf.files.read(str(rows)).splitlines()), key=_id)
    digest = fingerprint(ordered)
    frame = pl.DataFrame(ordered, infer_schema_length=None)
    shelf.put_snapshot(digest, _parquet(frame), scratch)
    return digest, frame


def thaw(shelf: Shelf, digest: str) -> pl.DataFrame:
    """Give the rows of a snapshot; raises `MissingContent`."""
    return pl.read_parquet(BytesIO(shelf.get_snapshot(digest)))


def fingerprint(rows: Iterable[Row]) -> str:
    """Hash every value of all rows; the order in which rows and columns come makes no difference."""
    digest = sha256()
    for row in sorted(rows, key=_id):
        digest.update(orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def _columns(row: Row) -> Row:
    """Make a column of each of several outputs; no output may be called as the example's id or text is."""
    given: dict[str, str] = row.pop("outputs", None) or {}
    outputs = {name: value for name, value in given.items() if name not in {"id", "text"}}
    if outputs and not row["label"]:
        del row["label"]
    return row | outputs


def _parquet(rows: pl.DataFrame) -> bytes:
    written = BytesIO()
    rows.write_parquet(written)
    return written.getvalue()


def _id(row: Row) -> str:
    return str(row["id"])
