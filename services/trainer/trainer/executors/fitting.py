"""Where a child process trains: it freezes the rows, fits, measures beside the champion, and keeps the artifact."""

import os
import socket
from pathlib import Path
from typing import Any

import polars as pl

from contracts.api.version import PairedResult
from trainer import artifacts
from trainer.artifacts import MissingContent, Shelf
from trainer.executors import freezing, parsing, provenance
from trainer.executors.lifeline import Lifeline, Telling
from trainer.executors.orders import Champion, Order, Result
from trainer.executors.parsing import UnfitParameters
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind
from trainer.trainers.kind import Kind, Snapshot, Trained, UnfitTrainingRows, UnreadableArtifact

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
    told = Telling(lifeline, _FITTING, _COMPARING)
    snapshot = _snapshot(order, shelf, kind, lifeline)
    trained = kind.train(snapshot, parameters, told)
    lifeline.tell({"progress": _COMPARING, "step": "comparing", "message": "on the same holdout"})
    try:
        paired = _compare(kind, shelf, order.champion, trained, snapshot.holdout)
    except (UnreadableArtifact, MissingContent) as broken:
        lifeline.tell({"log": f"The champion could not be measured: {broken}"})
        paired = None
    lifeline.tell({"progress": _KEEPING, "step": "keeping", "message": f"{len(trained.artifact):,} bytes"})
    return Result(
        artifact=shelf.put_artifact(trained.artifact, order.scratch),
        metrics=trained.metrics,
        card=trained.card,
        versions=provenance.versions(),
        paired=paired,
    )


def _snapshot(order: Order, shelf: Shelf, kind: Kind[Any], lifeline: Lifeline) -> Snapshot:
    if order.snapshot:
        return kind.split(freezing.thaw(shelf, order.snapshot), order.snapshot)
    digest, rows = freezing.freeze(shelf, Path(order.rows or ""), order.scratch)
    lifeline.tell({"snapshot": {"sha256": digest, "rows": rows.height, "columns": rows.columns}})
    return kind.split(rows, digest)


def _compare(
    kind: Kind[Any], shelf: Shelf, champion: Champion | None, trained: Trained, holdout: pl.DataFrame
) -> PairedResult | None:
    """Count on which rows candidate and champion are right; None without a champion."""
    if champion is None:
        return None
    before = kind.evaluate(shelf.get_artifact(champion.artifact), holdout).right
    pairs = list(zip(kind.evaluate(trained.artifact, holdout).right, before, strict=True))
    return PairedResult(
        champion_version_id=champion.version_id,
        rows=len(pairs),
        both_right=pairs.count((True, True)),
        only_candidate_right=pairs.count((True, False)),
        only_champion_right=pairs.count((False, True)),
        both_wrong=pairs.count((False, False)),
    )
