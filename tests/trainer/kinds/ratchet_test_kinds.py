"""Where kinds are that misbehave, for tests; they are found by their entry points, as any other package's are."""

import os
import signal
import time
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from trainer.trainers.kind import Evaluation, Kind, Report, Snapshot, Trained, UnfitTrainingRows, UnusableInput


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


def split(rows: pl.DataFrame, sha256: str) -> Snapshot:
    if rows.height < 4:
        raise UnfitTrainingRows(f"The data has {rows.height} rows; four are needed.")
    return Snapshot(rows.head(2), rows.tail(2), sha256)


def quick(snapshot: Snapshot, parameters: Parameters, report: Report) -> Trained:
    report.progress(0.5, "learning")
    report.metric("loss", 0.25, 1)
    time.sleep(parameters.seconds)
    artifact = f"{snapshot.sha256}/{parameters.seed}".encode()
    return Trained(artifact, {"accuracy": 1.0}, {"by": os.environ.get("OMP_NUM_THREADS")})


def endless(_: Snapshot, __: Parameters, report: Report) -> Trained:
    report.progress(0.1, "spinning", f"in {os.getpid()}")
    while True:
        time.sleep(0.05)


def crashing(snapshot: Snapshot, parameters: Parameters, report: Report) -> Trained:
    os.kill(os.getpid(), signal.SIGSEGV)
    return quick(snapshot, parameters, report)


def faulty(*_: object) -> Trained:
    raise ZeroDivisionError("one by none")


def hungry(*_: object) -> Trained:
    eaten = []
    while True:
        eaten.append(b"x" * 10_000_000)
        time.sleep(0.01)


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    return Evaluation({}, [artifact.endswith(b"/0")] * rows.height)


def _kind(train: Any) -> Kind[Parameters]:
    return Kind(train.__name__, ("text", "label"), Parameters, split, train, lambda _: Echo(), evaluate)


QUICK, ENDLESS, CRASHING, FAULTY, HUNGRY = map(_kind, (quick, endless, crashing, faulty, hungry))
