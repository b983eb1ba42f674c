"""Where kinds are that misbehave, for tests; they are found by their entry points, as any other package's are."""

import os
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from trainer.trainers.kind import Evaluation, Kind, Snapshot, Trained, UnfitTrainingRows, UnusableInput, Workshop
from trainer.trainers.tables import Column, Table


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    seconds: float = 0
    until: str = ""
    parts: int = 6
    meet: str = ""


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
    wait_for(parameters.until)
    artifact = f"{snapshot.sha256}/{parameters.seed}".encode()
    return Trained(artifact, {"accuracy": 1.0}, {"by": os.environ.get("OMP_NUM_THREADS")})


def wait_for(file: str) -> None:
    """Wait until somebody makes the file; not at all for the empty string."""
    while file and not Path(file).exists():
        time.sleep(0.02)


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


@dataclass(frozen=True)
class Part:
    """What a part waits for: seconds, a file, and a part that another process forked (they meet in a folder)."""

    seconds: float
    until: str
    meet: str


def paused(part: Part) -> tuple[int, int]:
    """Give the processes that did it, and that it was forked from."""
    if part.seconds < 0:
        raise UnfitTrainingRows("Time does not run backwards.")
    if part.seconds > 1000:
        os.kill(os.getpid(), signal.SIGSEGV)
    if part.meet:
        meet(Path(part.meet))
    wait_for(part.until)
    time.sleep(part.seconds)
    return os.getpid(), os.getppid()


def meet(folder: Path) -> None:
    (folder / str(os.getppid())).touch()
    while len(list(folder.iterdir())) < 2:
        time.sleep(0.02)


def spreading(snapshot: Snapshot, parameters: Parameters, workshop: Workshop) -> Trained:
    workshop.report.progress(0.1, "spreading", f"from {os.getpid()}")
    waits = [parameters.until.format(number) for number in range(parameters.parts)]
    made = workshop.spread(paused, [Part(parameters.seconds, until, parameters.meet) for until in waits])
    metrics = {"processes": len({each[0] for each in made}), "workers": len({each[1] for each in made})}
    return Trained(snapshot.sha256.encode() + b"/0", metrics, {})


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    return Evaluation({}, [float(not artifact.endswith(b"/0"))] * rows.height)


def pairing(snapshot: Snapshot, parameters: Parameters, workshop: Workshop) -> Trained:
    return quick(snapshot, parameters, workshop)


def _kind(train: Any) -> Kind[Parameters]:
    columns = (Column("text", "text", "A text."), Column("label", "text", "Its label."))
    table = Table("rows", "One text and its label.", columns, "text,label\nhello,a\n")
    columns = (Column("query", "text", "A question."), Column("relevance", "number", "How relevant."))
    judgements = Table("judgements", "How relevant a text is.", columns, "query,relevance\nhello,1\n")
    functions = split, train, lambda _: Echo(), evaluate
    tables = (table, judgements) if train is pairing else (table,)
    kind = Kind(train.__name__, f"A {train.__name__} kind.", tables, Parameters, *functions)
    return replace(kind, collects=train is not pairing)


ALL = (quick, endless, crashing, faulty, hungry, spreading, pairing)
QUICK, ENDLESS, CRASHING, FAULTY, HUNGRY, SPREADING, PAIRING = map(_kind, ALL)
