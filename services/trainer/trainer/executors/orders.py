"""Where it is written down what a child process is asked to train, and what it answers at the end."""

from typing import Any

from contracts.api.version import Artifact, Comparison, PairedResult
from contracts.message import Message


class Champion(Message):
    """The version that serves now, to be measured on the same holdout."""

    version_id: str
    artifact: str


class Part(Message):
    """A dataset to train on: its id, the table that it is, and the hash of its rows."""

    id: str
    table: str
    sha256: str


class Order(Message):
    """One training: datasets, and rows as lines of JSON in a file; or a snapshot that was frozen before.

    `scheduler` is the address of the cluster that it runs on, if it does.
    """

    kind: str
    parameters: dict[str, Any]
    rows: str | None
    datasets: tuple[Part, ...] = ()
    snapshot: str | None
    champion: Champion | None
    artifacts_url: str
    scratch: str
    memory_mb: int
    scheduler: str | None = None


class Result(Message):
    """A finished training."""

    artifact: Artifact
    metrics: dict[str, float]
    card: dict[str, Any]
    versions: dict[str, str]
    paired: PairedResult | None
    comparison: Comparison | None = None


class ReadOrder(Message):
    """An upload to read as a table of a kind; `folder` is where unfinished files go."""

    kind: str
    upload: str
    folder: str
    artifacts_url: str
    size: int
    rows: int
    formats: tuple[str, ...]
    memory_mb: int


class AssessOrder(Message):
    """Labels to doubt: examples as lines of JSON in a file, and the file to write into what was found."""

    rows: str
    found: str
    memory_mb: int
