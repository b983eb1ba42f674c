"""Where kinds are that misbehave, for tests; they are found by their entry points, as any other package's are."""

import os
import signal
import time
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from trainer.trainers.kind import Evaluation, Kind, Snapshot, Trained, UnfitTrainingRows, UnusableInput, Workshop
from trainer.trainers.tables import Column, Table


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    seconds: float = 0


class Echo:
    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for number, given in enumerate(inputs):
            if not given.get("text"):
                raise UnusableInput(f"inputs[{number}].text: is missing")
            if given["text"] == "die":
                os.kill(os.getpid(), signal.SIGKILL)
        return [{"label": "a", "confidence": 0.5, "scores": {"a": 0.5}} for _ in inputs]


def split(rows: pl.DataFrame, _: Parameters, sha256: str) -> Snapshot:
    if rows.height < 4:
        raise UnfitTrainingRows(f"The data has {rows.height} rows; four are needed.")
    return Snapshot(rows.head(2), rows.tail(2), sha256)


def quick(snapshot: Snapshot, parameters: Parameters, workshop: Workshop) -> Trained:
    report = workshop.report
    report.progress(0.5, "learning")
    report.metric("loss", 0.25, 1)
    time.sleep(parameters.seconds)
    artifact = f"{snapshot.sha256}/{parameters.seed}".encode()
    return Trained(artifact, {"accuracy": 1.0}, {"by": os.environ.get("OMP_NUM_THREADS")})


def endless(_: Snapshot, __: Parameters, workshop: Workshop) -> Trained:
    workshop.report.progress(0.1, "spinning", f"in {os.getpid()}")
    while True:
        time.sleep(0.05)


def crashing(snapshot: Snapshot, parameters: Parameters, workshop: Workshop) -> Trained:
    os.kill(os.getpid(), signal.SIGSEGV)
    return quick(snapshot, parameters, workshop)


def faulty(*_: object) -> Trained:
    raise ZeroDivisionError("one by none")


def hungry(*_: object) -> Trained:
    eaten = []
    while True:
        eaten.append(b"x" * 10_000_000)
        time.sleep(0.01)


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    return Evaluation({}, [float(not artifact.endswith(b"/0"))] * rows.height)


def _kind(train: Any) -> Kind[Parameters]:
    columns = (Column("text", "text", "A text."), Column("label", "text", "Its label."))
    table = Table("rows", "One text and its label.", columns, "text,label\nhello,a\n")
    functions = split, train, lambda _: Echo(), evaluate
    return Kind(train.__name__, f"A {train.__name__} kind.", (table,), Parameters, *functions, collects=True)


QUICK, ENDLESS, CRASHING, FAULTY, HUNGRY = map(_kind, (quick, endless, crashing, faulty, hungry))
