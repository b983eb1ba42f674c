"""Where a child process writes snapshots anew without the rows of somebody who is to be forgotten."""

import os
import socket
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from trainer import artifacts
from trainer.artifacts import Shelf
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline
from trainer.reading import storing

_POLITE = 10
_EXAMPLE = "id"
_SHORTEST_NUMBER = 6
"""Digits from which on a name is looked for among whole numbers too: shorter ones are amounts rather than persons."""


def rewrite(connection: socket.socket) -> None:
    """Look through snapshots; write those anew that hold such rows, and say what is left of each.

    Rows of examples go by their ids, in any snapshot; rows with a name in one of their cells in those that are
    ``searched``. The old files stay: whoever asked removes them once nobody uses them.
    """
    os.nice(_POLITE)
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    lifeline.hold(order["memory_mb"])
    shelf = artifacts.shelf(order["artifacts_url"])
    with TemporaryDirectory() as folder:
        looked = [_rewritten(shelf, order, digest, Path(folder)) for digest in order["digests"]]
    lifeline.tell({"result": {"snapshots": [each for each in looked if each]}})


def _rewritten(shelf: Shelf, order: Frame, digest: str, folder: Path) -> Frame | None:
    try:
        file = shelf.files.fetched(shelf.snapshot(digest), folder)
        rows = pl.scan_parquet(file, glob=False)
        goes = condition(
            rows.collect_schema(), order["examples"], order["names"] if digest in order["searched"] else ()
        )
    except FileNotFoundError:
        return None
    erased = rows.select(goes.sum()).collect().item() if goes is not None else 0
    if goes is None or not erased:
        return None
    left = rows.filter(~goes).collect()
    made = storing.fingerprint_of(left)
    shelf.put_snapshot(made, _parquet(left), shelf.scratch("erasures", 1))
    return {"old": digest, "new": made, "rows": left.height, "erased": int(erased)}


def condition(schema: pl.Schema, examples: Sequence[str], names: Sequence[str]) -> pl.Expr | None:
    """Say which rows go: those of the examples, and those with a name in a cell; None where there can be none."""
    found: list[pl.Expr] = []
    if examples and schema.get(_EXAMPLE) == pl.String:
        found.append(_is_one_of(_EXAMPLE, examples))
    numbers = [name for name in names if name.isdecimal() and len(name) >= _SHORTEST_NUMBER]
    for column, kind in schema.items():
        if names and kind == pl.String:
            found.append(_is_one_of(column, names))
        elif numbers and kind.is_integer():
            found.append(_is_one_of(column, numbers))
    return pl.any_horizontal(found) if found else None


def _is_one_of(column: str, values: Sequence[str]) -> pl.Expr:
    return pl.col(column).cast(pl.String).is_in(list(values)).fill_null(value=False)


def _parquet(rows: pl.DataFrame) -> bytes:
    written = BytesIO()
    rows.write_parquet(written)
    return written.getvalue()
