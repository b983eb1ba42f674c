"""Where versions of a task are described."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.api.route import Arm, Percent
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


class VersionSource(StrEnum):
    """Who made a version: a training job here, somebody elsewhere, or the author of a prompt."""

    TRAINED = "trained"
    EXTERNAL = "external"
    PROMPT = "prompt"


class Bump(StrEnum):
    """Which part of the label a version raises."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


class Gate(Message):
    """Whether a version may serve, with the numbers that say so."""

    verdict: Verdict
    reasons: tuple[str, ...]
    evidence: dict[str, Any]


class SliceResult(Message):
    """How candidate and champion did on a part of the holdout, such as the rows of one label.

    ``better`` and ``worse`` count the units on which the candidate lost less, and more; ``gain`` is the mean loss of
    the champion minus that of the candidate, ``standard_error`` that of this mean.
    """

    name: str
    units: int
    better: int
    worse: int
    gain: float
    standard_error: float = 0.0


class PairedResult(Message):
    """How candidate and champion did on the same holdout rows, and on parts of them."""

    champion_version_id: str
    rows: int
    both_right: int
    only_candidate_right: int
    only_champion_right: int
    both_wrong: int
    slices: tuple[SliceResult, ...] = ()


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
    slices: tuple[SliceResult, ...] = ()


class Artifact(Message):
    """The bytes of a version, addressed by their content.

    With a ``uri`` they are kept elsewhere; the hash is empty and the size 0 where nobody said them.
    """

    sha256: str
    size: int
    uri: str | None = None


class Approval(Message):
    """Somebody says that a version may serve."""

    by: str
    at: Moment
    note: str


class VersionErasure(Message):
    """A version was made of rows that were erased since on behalf of a person: it cannot be made again as it was.

    ``rows`` is how many of its rows are gone, ``snapshot`` the hash of those that are left.
    """

    erasure_id: str
    at: Moment
    rows: int
    snapshot: str | None = None


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
    source: VersionSource = VersionSource.TRAINED
    approvals: tuple[Approval, ...] = ()
    erasures: tuple[VersionErasure, ...] = ()

    def arm(self, weight: float = 1.0) -> Arm:
        """Give the arm of a route with which this version serves; what is kept elsewhere has no bytes here."""
        artifact = "" if self.artifact.uri else self.artifact.sha256
        return Arm(version_id=self.id, label=self.label, artifact=artifact, weight=weight, uri=self.artifact.uri)


class Promotion(Request):
    """An order to serve a version: to all units, which makes it the champion, or to some per cent of them."""

    traffic_percent: Percent = 100
    reason: Annotated[str, Field(max_length=1_000)] = "promoted by an admin"


class Canary(Request):
    """An order to serve a version to some per cent of the units until somebody says otherwise."""

    traffic_percent: Annotated[Percent, Field(lt=100)]
    reason: Annotated[str, Field(max_length=1_000)] = "canary set by an admin"


class Rollback(Request):
    """An order to put an earlier champion back; without ``to`` the previous one."""

    to: Annotated[str | None, Field(description="Id of an earlier champion.")] = None
    reason: Annotated[str, Field(max_length=1_000)] = "rolled back by an admin"
