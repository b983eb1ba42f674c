"""Where it is written down what a kind of task must be able to do, and in which shapes it answers.

A kind is a value. To add one, build a `Kind` in your own package and name it in its metadata:

    [project.entry-points."ratchet.kinds"]
    sentiment = "my_package.sentiment:kind"

All functions of a kind are pure: they read no file, clock, environment or network, start no process, and the same
arguments give the same bytes. They run in a worker process that may be killed at any moment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import polars as pl
from pydantic import BaseModel

Parameters = TypeVar("Parameters", bound=BaseModel)


class UnfitTrainingRows(Exception):
    """The rows cannot be trained on; the message is a sentence for people that says what is missing."""


class UnusableInput(Exception):
    """An input of a prediction cannot be answered; the message names its position and what is wrong with it."""


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
    """An artifact measured on rows: `metrics` as in `Trained`, and whether each row, in order, was answered right.

    Two evaluations on the same rows can be compared row by row, which is what the promotion gate does.
    """

    metrics: dict[str, float]
    right: list[bool]


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


@dataclass(frozen=True)
class Kind(Generic[Parameters]):
    """One way of training: seven things, and nothing else is asked of it.

    `name`: as in `tasks.kind`, one lower-case word.
    `columns`: the columns that its rows must have; further ones are allowed.
    `parameters`: a pydantic model with defaults for all fields, `extra="forbid"`, and a description and bounds on every
    field, because forms are made from it. A field `seed` makes trainings repeatable.
    `split(rows, sha256)`: leaves unusable rows out and puts the others into a `Snapshot`. A row's side must not change
    from one snapshot to the next, or a champion would be measured on rows that it was trained on. Raises
    `UnfitTrainingRows`.
    `train(snapshot, parameters, report)`: fits on `snapshot.train`, measures on `snapshot.holdout`. Raises
    `UnfitTrainingRows`.
    `load(artifact)`: a `Predictor`. Never unpickles. Raises `UnreadableArtifact`.
    `evaluate(artifact, rows)`: measures any artifact of this kind, of this or an older version, on a holdout. Raises
    `UnreadableArtifact`.
    """

    name: str
    columns: tuple[str, ...]
    parameters: type[Parameters]
    split: Callable[[pl.DataFrame, str], Snapshot]
    train: Callable[[Snapshot, Parameters, Report], Trained]
    load: Callable[[bytes], Predictor]
    evaluate: Callable[[bytes, pl.DataFrame], Evaluation]
