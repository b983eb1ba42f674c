"""Where a child process trains: it freezes the rows, fits, measures beside the champion, and keeps the artifact."""

import os
import socket
from typing import Any

import polars as pl

from trainer import artifacts
from trainer.artifacts import MissingContent, Shelf
from trainer.executors import comparing, freezing, parsing, provenance
from trainer.executors.comparing import Compared
from trainer.executors.lifeline import Lifeline, Telling
from trainer.executors.orders import Order, Result
from trainer.executors.parsing import UnfitParameters
from trainer.executors.spreading import Spreading
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind
from trainer.trainers.kind import Kind, UnfitTrainingRows, UnreadableArtifact, Workshop

_FITTING, _COMPARING, _KEEPING = 0.1, 0.95, 0.98
_POLITE = 5


def fit(connection: socket.socket) -> None:
    """Carry out one order and tell what came of it; whatever is raised besides is the parent's to judge."""
    os.nice(_POLITE)
    lifeline = Lifeline(connection)
    order = Order.model_validate(lifeline.read())
    lifeline.hold(order.memory_mb)
    try:
        result = _result(order, lifeline)
        lifeline.tell({"result": result.model_dump(mode="json")})
    except (UnfitTrainingRows, UnknownKind, UnfitParameters, MissingContent) as refusal:
        lifeline.tell({"refused": str(refusal)})
    except MemoryError:
        lifeline.tell({"hungry": order.memory_mb})
    except BaseException as fault:
        lifeline.tell({"fault": f"{type(fault).__name__}: {fault}"})
        raise


def _result(order: Order, lifeline: Lifeline) -> Result:
    shelf = artifacts.shelf(order.artifacts_url)
    kind = installed.find(order.kind)
    parameters = parsing.parameters(kind, order.parameters)
    champion = _champion(order, shelf, lifeline)
    digest, rows = _rows(order, kind, shelf, lifeline)
    snapshot = kind.split(rows, parameters, digest)
    report = Telling(lifeline, _FITTING, _COMPARING)
    workshop = Workshop(report, champion[1] if champion else None, Spreading(order, lifeline, report))
    trained = kind.train(snapshot, parameters, workshop)
    lifeline.tell({"progress": _COMPARING, "step": "comparing", "message": "on the same holdout"})
    compared = _compared((kind, trained.artifact, snapshot.holdout), champion, lifeline)
    lifeline.tell({"progress": _KEEPING, "step": "keeping", "message": f"{len(trained.artifact):,} bytes"})
    return Result(
        artifact=shelf.put_artifact(trained.artifact, order.scratch),
        metrics=trained.metrics,
        card=trained.card,
        versions=provenance.versions(order.kind),
        paired=compared.paired,
        comparison=compared.comparison,
    )


def _rows(order: Order, kind: Kind[Any], shelf: Shelf, lifeline: Lifeline) -> tuple[str, pl.DataFrame]:
    if order.snapshot:
        return order.snapshot, freezing.thaw(shelf, order.snapshot)
    digest, rows, examples = freezing.freeze_all(shelf, order, kind)
    datasets = [part.id for part in freezing.used(order, kind.tables)]
    facts = {"sha256": digest, "rows": rows.height, "columns": rows.columns, "datasets": datasets, "examples": examples}
    lifeline.tell({"snapshot": facts})
    return digest, rows


def _champion(order: Order, shelf: Shelf, lifeline: Lifeline) -> tuple[str, bytes] | None:
    """Give the champion's id and bytes; one whose bytes are lost cannot be beaten, only replaced by a person."""
    if order.champion is None:
        return None
    if not order.champion.artifact:
        lifeline.tell({"log": "The champion is kept elsewhere, so the candidate could not be measured beside it."})
        return None
    try:
        return order.champion.version_id, shelf.get_artifact(order.champion.artifact)
    except MissingContent as missing:
        lifeline.tell({"log": f"The champion could not be measured: {missing}"})
        return None


def _compared(
    made: tuple[Kind[Any], bytes, pl.DataFrame], champion: tuple[str, bytes] | None, lifeline: Lifeline
) -> Compared:
    try:
        return comparing.compare(*made, champion)
    except UnreadableArtifact as broken:
        lifeline.tell({"log": f"The champion could not be measured: {broken}"})
        return Compared(None, None)
