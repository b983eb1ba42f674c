"""Where rows become a snapshot: in a stable order, hashed over every value, kept as Parquet."""

from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from trainer.artifacts import Shelf

Row = dict[str, Any]


def freeze(shelf: Shelf, rows: Path, scratch: str) -> tuple[str, pl.DataFrame]:
    """Keep the rows of a file with lines of JSON; give their hash and the rows in order of their ids."""
    ordered = sorted((orjson.loads(line) for line in rows.read_bytes().splitlines()), key=_id)
    digest = fingerprint(ordered)
    frame = pl.DataFrame(ordered, infer_schema_length=None)
    parquet = BytesIO()
    frame.write_parquet(parquet)
    shelf.put_snapshot(digest, parquet.getvalue(), scratch)
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


def _id(row: Row) -> str:
    return str(row["id"])
