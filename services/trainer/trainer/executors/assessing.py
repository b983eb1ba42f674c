"""Where a child process doubts the labels of collected examples, with less right to the processor than trainings."""

import os
import socket
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from trainer.executors.lifeline import Lifeline, Telling
from trainer.executors.orders import AssessOrder
from trainer.trainers.classification import assessing
from trainer.trainers.classification.assessing import Doubt
from trainer.trainers.kind import UnfitTrainingRows

_HUMBLE = 15


def assess(connection: socket.socket) -> None:
    """Carry out one order, and tell how many examples were looked at, or why nothing can be said of them."""
    os.nice(_HUMBLE)
    lifeline = Lifeline(connection)
    order = AssessOrder.model_validate(lifeline.read())
    lifeline.hold(order.memory_mb)
    try:
        lifeline.tell({"result": _assessed(order, Telling(lifeline, 0, 1))})
    except UnfitTrainingRows as refusal:
        lifeline.tell({"refused": str(refusal)})
    except MemoryError:
        lifeline.tell({"hungry": order.memory_mb})


def _assessed(order: AssessOrder, telling: Telling) -> dict[str, int]:
    rows = [orjson.loads(line) for line in Path(order.rows).read_bytes().splitlines()]
    doubts = assessing.assess(
        [row["text"] for row in rows],
        [row["label"] for row in rows],
        lambda share: telling.progress(share, "assessing"),
    )
    with Path(order.found).open("wb") as file:
        file.writelines(orjson.dumps(each) + b"\n" for each in _found(rows, doubts))
    return {"examples": len(rows)}


def _found(rows: Sequence[dict[str, Any]], doubts: Sequence[Doubt | None]) -> Iterator[dict[str, Any]]:
    last: dict[str, datetime] = {}
    for row in rows:
        given = datetime.fromisoformat(row["given_at"])
        last[row["label"]] = max(given, last.get(row["label"], given))
    newest = max(last.values())
    for row, doubt in zip(rows, doubts, strict=True):
        told = {"id": row["id"], "label": row["label"], "idle_days": (newest - last[row["label"]]).days}
        yield told | _told(doubt) if doubt else told


def _told(doubt: Doubt) -> dict[str, Any]:
    return {"p": doubt.p, "likely": doubt.likely, "p_likely": doubt.p_likely, "texts_per_label": doubt.texts_per_label}
