"""Where it is written down what a child process is asked to train, and what it answers at the end."""

from typing import Any

from contracts.api.version import Artifact, Comparison, PairedResult
from contracts.message import Message


class Champion(Message):
    """The version that serves now, to be measured on the same holdout."""

    version_id: str
    artifact: str


class Order(Message):
    """One training: rows as lines of JSON in a file, or a snapshot that was frozen before."""

    kind: str
    parameters: dict[str, Any]
    rows: str | None
    snapshot: str | None
    champion: Champion | None
    artifacts_url: str
    scratch: str
    memory_mb: int


class Result(Message):
    """A finished training."""

    artifact: Artifact
    metrics: dict[str, float]
    card: dict[str, Any]
    versions: dict[str, str]
    paired: PairedResult | None
    comparison: Comparison | None = None
