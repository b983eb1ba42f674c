"""Where a child process writes all that an artifact says as a file to download."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from contracts.api.download import TableFormat
from trainer import artifacts
from trainer.artifacts import MissingContent, Shelf
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind
from trainer.trainers.kind import UnreadableArtifact


def export(connection: socket.socket) -> None:
    """Write the table of an artifact, unless it was written before; equal artifacts give equal files."""
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    try:
        lifeline.tell({"result": _made(order)})
    except (UnknownKind, UnreadableArtifact, MissingContent) as refusal:
        lifeline.tell({"refused": str(refusal)})


def _made(order: Frame) -> Frame:
    kind, shelf = installed.find(order["kind"]), artifacts.shelf(order["artifacts_url"])
    if kind.table is None:
        return {"none": kind.name}
    digest, sort = str(order["artifact"]), TableFormat(order["format"])
    path = shelf.files.at("tables", digest[:2], f"{digest}.{sort}")
    if not shelf.files.exists(path):
        _write(kind.table(shelf.get_artifact(digest)), sort, shelf, path)
    return {"path": path, "size": shelf.files.size(path)}


def _write(table: pl.DataFrame, sort: TableFormat, shelf: Shelf, path: str) -> None:
    place = shelf.scratch("tables", 1) if shelf.is_local else None
    if place:
        Path(place).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place) as folder:
        file = Path(folder) / "table"
        write = {TableFormat.CSV: table.write_csv, TableFormat.JSON: table.write_json}
        write.get(sort, table.write_parquet)(file)
        shelf.files.adopt(file, path)
