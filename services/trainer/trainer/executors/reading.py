"""Where a child process reads an upload, or shows some rows of a dataset."""

import os
import socket
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import polars as pl

from trainer import artifacts
from trainer.artifacts import Shelf
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline, Telling
from trainer.executors.orders import ReadOrder
from trainer.reading import uploads
from trainer.reading.problems import Problems, UnusableUpload
from trainer.reading.shapes import Limits
from trainer.reading.uploads import Read, Task
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind

_POLITE = 5
_PAGE_BYTES = 400_000
_SHORTEST_CELL, _LONGEST_CELL = 40, 10_000


def read(connection: socket.socket) -> None:
    """Carry out one order and tell what came of it, be it a table or a refusal."""
    os.nice(_POLITE)
    lifeline = Lifeline(connection)
    order = ReadOrder.model_validate(lifeline.read())
    lifeline.hold(order.memory_mb)
    problems = Problems()
    try:
        made = _made(order, problems, Telling(lifeline, 0, 1))
    except UnusableUpload as refusal:
        errors = [{"field": field, "reason": reason} for field, reason in refusal.errors]
        made = {"error": str(refusal), "errors": errors}
    except (UnknownKind, FileNotFoundError) as refusal:
        made = {"error": str(refusal), "errors": [{"field": "file", "reason": str(refusal)}]}
    except MemoryError:
        lifeline.tell({"hungry": order.memory_mb})
        return
    problems.settle()
    noted = {"problem_count": problems.count, "refused_rows": problems.refused_rows}
    lifeline.tell({"result": {**made, **noted, "problems": [asdict(each) for each in problems.first]}})


def _made(order: ReadOrder, problems: Problems, telling: Telling) -> Frame:
    shelf = artifacts.shelf(order.artifacts_url)
    folder = Path(order.folder)
    folder.mkdir(parents=True, exist_ok=True)
    upload = shelf.files.fetched(shelf.upload(order.upload), folder)
    limits = Limits(order.size, order.rows, formats=frozenset(order.formats))
    task = Task(upload, folder, installed.find(order.kind).tables, limits)
    made = uploads.read(task, problems, lambda fraction, step: telling.progress(fraction, "reading", step))
    shelf.adopt_snapshot(made.sha256, made.path)
    return _described(made)


def _described(made: Read) -> Frame:
    return {
        "sha256": made.sha256,
        "table": made.table,
        "rows": made.rows,
        "columns": [asdict(column) for column in made.columns],
        "format": made.nature.format,
        "encoding": made.nature.encoding,
    }


def show(connection: socket.socket) -> None:
    """Give some rows of a snapshot, as plain JSON that fits into one message."""
    lifeline = Lifeline(connection)
    order = lifeline.read() or {}
    with TemporaryDirectory() as folder:
        rows = _rows(artifacts.shelf(order["artifacts_url"]), order, Path(folder))
    lifeline.tell({"result": {"rows": rows}})


def _rows(shelf: Shelf, order: Frame, folder: Path) -> list[dict[str, Any]]:
    file = shelf.files.fetched(shelf.snapshot(order["sha256"]), folder)
    rows = pl.scan_parquet(file, glob=False).slice(order["begin"], order["limit"]).collect()
    longest = min(_LONGEST_CELL, max(_SHORTEST_CELL, _PAGE_BYTES // max(1, 4 * rows.width)))
    shown: list[dict[str, Any]] = []
    size = 0
    for row in rows.iter_rows(named=True):
        plain = {name: _plain(value, longest) for name, value in row.items()}
        size += len(orjson.dumps(plain))
        if shown and size > _PAGE_BYTES:
            break
        shown.append(plain)
    return shown


def _plain(value: Any, longest: int) -> Any:  # noqa: ANN401 (a cell)
    if isinstance(value, str):
        return value if len(value) <= longest else value[: longest - 1] + "…"
    return value if value is None or isinstance(value, int | float) else value.isoformat()
