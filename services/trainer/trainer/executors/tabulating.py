"""Where a child process writes lines of JSON as a Parquet file, a part at a time."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from trainer import artifacts
from trainer.artifacts import Shelf
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline


def tabulate(connection: socket.socket) -> None:
    """Write a table of the lines that lie among the uploads, beside them."""
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    shelf, name = artifacts.shelf(order["artifacts_url"]), Path(str(order["lines"])).name
    if not shelf.files.exists(shelf.upload(name)):
        lifeline.tell({"result": {"missing": name}})
        return
    path = shelf.upload(f"{name}.parquet")
    _write(shelf, name, _schema(order))
    lifeline.tell({"result": {"path": path, "size": shelf.files.size(path)}})


def _write(shelf: Shelf, name: str, schema: dict[str, type[pl.DataType]]) -> None:
    place = shelf.scratch("tables", 1) if shelf.is_local else None
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as folder:
        lines, table = shelf.files.fetched(shelf.upload(name), Path(folder)), Path(folder) / "table"
        if lines.stat().st_size == 0:
            pl.DataFrame(schema=schema).write_parquet(table)
        else:
            pl.scan_ndjson(lines, schema=schema).sink_parquet(table)
        shelf.files.adopt(table, shelf.upload(f"{name}.parquet"))


def _schema(order: Frame) -> dict[str, type[pl.DataType]]:
    return {name: pl.Float64 if name in order["numbers"] else pl.String for name in order["columns"]}
