"""Where it is written down what a kind of task must be able to do, and in which shapes it answers.

A kind is a value. To add one, build a `Kind` in your own package and name it in its metadata:

    [project.entry-points."ratchet.kinds"]
    sentiment = "my_package.sentiment:kind"

All functions of a kind are pure: they read no file, clock, environment or network, start no process, and the same
arguments give the same bytes. They run in a worker process that may be killed at any moment.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

import polars as pl
from pydantic import BaseModel

from trainer.trainers.tables import Table

Parameters = TypeVar("Parameters", bound=BaseModel)
Item = TypeVar("Item")
Made = TypeVar("Made")


class UnfitTrainingRows(Exception):
    """The rows cannot be trained on; the message is a sentence for people that says what is missing."""


class UnusableInput(ValueError):
    """An input of a prediction cannot be answered; the message names its position and what is wrong with it.

    The SDK, which must not know this module, knows it as a `ValueError`.
    """


class UnreadableArtifact(Exception):
    """The bytes are not an artifact of this kind: cut short, altered, or made by something else."""


@dataclass(frozen=True)
class Snapshot:
    """The frozen rows of one training, already split.

    `train` may be learnt from; `holdout` is only measured on, and no row of it occurs in `train`.
    `sha256` identifies all rows before the split (hexadecimal, given by whoever froze them).
    `rule` is a sentence that says how the rows were split.
    `removed` counts the rows that are on neither side, by reason: `duplicates`, `blank`.
    """

    train: pl.DataFrame
    holdout: pl.DataFrame
    sha256: str
    rule: str = "as given"
    removed: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Trained:
    """A finished training.

    `artifact` is all that is needed to predict; equal snapshot, parameters and seed give equal bytes.
    `metrics` are measured on the holdout and hold only numbers that JSON can hold.
    `card` tells people what the version is made of, where it is weak and how it was made; it is plain JSON.
    """

    artifact: bytes
    metrics: dict[str, float]
    card: dict[str, object]


@dataclass(frozen=True)
class Evaluation:
    """An artifact measured on a holdout: `metrics` as in `Trained`, and one loss for each thing that was asked.

    `losses`: the lower the better, 0 for a perfect answer; NaN where this artifact cannot be measured. They stand in an
    order that only the holdout decides, so that those of two artifacts can be compared pair by pair, which is what the
    promotion gate does. A classifier's are 0 (right) and 1 (wrong).
    `unit`: what one loss belongs to, in the plural: `rows`, `series`, `queries`.
    `measure`: what is lost, for people: `wrong answers`, `scaled squared error`.
    `baseline`: the losses of answering without having learnt anything, in the same order, and `baseline_name` what that
    is: `seasonal naive forecasts`. They judge the first version of a task, which has no champion to be compared with.
    `slices`: the part of the holdout that each loss belongs to, in the same order, such as the label of the row; None
    where only the whole is compared. Like the order, the parts may depend on nothing but the holdout.
    """

    metrics: dict[str, float]
    losses: Sequence[float]
    unit: str = "rows"
    measure: str = "wrong answers"
    baseline: Sequence[float] | None = None
    baseline_name: str = ""
    slices: Sequence[str] | None = None

    @property
    def counts(self) -> bool:
        """Whether every loss is right or wrong, so that the comparison is one of counts."""
        return all(loss in {0.0, 1.0} or math.isnan(loss) for loss in self.losses)


class Report(Protocol):
    """How a training tells its watchers how far it is; cheap enough to be called many times a second."""

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        """Say that `fraction` (0 to 1, never falling) of the work is done and that `step` is now going on."""
        ...

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        """Give one point of a curve, such as a loss, at `step`."""
        ...


class Predictor(Protocol):
    """A loaded artifact; keeps no state between calls and may be shared by threads."""

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer every input, in order; raises `UnusableInput` if one of them cannot be answered."""
        ...


class Spread(Protocol):
    """How a training has a lot of like work done: here one by one, on a cluster side by side."""

    def __call__(self, work: Callable[[Item], Made], items: Sequence[Item], /) -> list[Made]:
        """Give `work(item)` for every item, in order; both must be picklable and `work` a function of a module."""
        ...


def one_by_one(work: Callable[[Item], Made], items: Sequence[Item], /) -> list[Made]:
    """The spread of one process."""
    return [work(item) for item in items]


@dataclass(frozen=True)
class Workshop:
    """What a training is given besides its rows and parameters.

    `report` tells watchers how far it is. `previous` is the artifact that serves now, if it is one of this kind: what
    need not be made anew can be taken from it, and it is what a cautious kind starts from. `spread` has like work done.
    """

    report: Report
    previous: bytes | None = None
    spread: Spread = one_by_one


@dataclass(frozen=True)
class Kind(Generic[Parameters]):
    """One way of training.

    `name`: as in `tasks.kind`, one lower-case word. `summary`: one sentence for people.
    `tables`: the tables its rows come in, with columns and an example; nearly always one. Where there are several, the
    rows that `split` gets are those of all tables, one below the other, and the column `_table` names the table.
    `parameters`: a pydantic model with defaults for all fields, `extra="forbid"`, and a description and bounds on every
    field, because forms are made from it. A field `seed` makes trainings repeatable. It lives in a module that imports
    nothing but pydantic.
    `split(rows, parameters, sha256)`: leaves unusable rows out and puts the others into a `Snapshot`. A row's side must
    not change from one snapshot to the next, or a champion would be measured on rows that it was trained on. Raises
    `UnfitTrainingRows`.
    `train(snapshot, parameters, workshop)`: fits on `snapshot.train`, measures on `snapshot.holdout`. Raises
    `UnfitTrainingRows`.
    `load(artifact)`: a `Predictor`. Never unpickles. Raises `UnreadableArtifact`.
    `evaluate(artifact, holdout)`: measures any artifact of this kind, of this or an older version, on the holdout of a
    snapshot. Raises `UnreadableArtifact`.
    `required`: what the gate asks for: a version that is proven `better` than the champion; or, for kinds whose
    versions age with their data, one that is not proven worse (`not worse`) or whose mean loss is no higher
    (`not lower`).
    `collects`: whether approved examples of the task are training rows of this kind (as columns `text` and `label`).
    `table(artifact)`: all that the artifact says, as rows to download (the forecasts of every series), where that makes
    sense.
    """

    name: str
    summary: str
    tables: tuple[Table, ...]
    parameters: type[Parameters]
    split: Callable[[pl.DataFrame, Parameters, str], Snapshot]
    train: Callable[[Snapshot, Parameters, Workshop], Trained]
    load: Callable[[bytes], Predictor]
    evaluate: Callable[[bytes, pl.DataFrame], Evaluation]
    required: Literal["better", "not worse", "not lower"] = "better"
    collects: bool = False
    table: Callable[[bytes], pl.DataFrame] | None = None
