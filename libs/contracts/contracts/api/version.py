"""Where versions of a task are described."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.message import Message, Moment, Request


class VersionStatus(StrEnum):
    """Where a version is in its life."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    ARCHIVED = "archived"


class Verdict(StrEnum):
    """What the evidence says; inconclusive is not failure."""

    SHIP = "ship"
    ROLLBACK = "rollback"
    CONTINUE = "continue"
    INCONCLUSIVE = "inconclusive"


class Gate(Message):
    """Whether a version may serve, with the numbers that say so."""

    verdict: Verdict
    reasons: tuple[str, ...]
    evidence: dict[str, Any]


class PairedResult(Message):
    """How candidate and champion did on the same holdout rows."""

    champion_version_id: str
    rows: int
    both_right: int
    only_candidate_right: int
    only_champion_right: int
    both_wrong: int


class Comparison(Message):
    """How candidate and another did on the same holdout, unit by unit, where a loss is more than right or wrong.

    ``gain`` is the mean loss of the other minus that of the candidate, ``standard_error`` that of this mean; ``better``
    and ``worse`` count the units on which the candidate lost less, and more. Units that one of both could not be
    measured on are left out and counted.
    """

    against: str
    champion_version_id: str | None
    measure: str
    unit: str
    units: int
    left_out: int
    candidate_loss: float
    other_loss: float
    gain: float
    standard_error: float
    better: int
    worse: int
    required: Literal["better", "not worse", "not lower"] = "better"


class Artifact(Message):
    """The bytes of a version, addressed by their content."""

    sha256: str
    size: int


class Version(Message):
    """An immutable build of a task."""

    id: str
    task: str
    number: int
    label: str
    status: VersionStatus
    metrics: dict[str, float]
    artifact: Artifact
    lineage: dict[str, Any]
    card: dict[str, Any]
    gate: Gate
    created_at: Moment


class Promotion(Request):
    """An order to serve a version."""

    reason: Annotated[str, Field(max_length=1_000)] = "promoted by an admin"


class Rollback(Request):
    """An order to put an earlier champion back; without ``to`` the previous one."""

    to: Annotated[str | None, Field(description="Id of an earlier champion.")] = None
    reason: Annotated[str, Field(max_length=1_000)] = "rolled back by an admin"
