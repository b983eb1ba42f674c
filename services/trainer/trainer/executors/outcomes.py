"""Where it is said how an attempt can end."""

from dataclasses import dataclass
from typing import Any

from contracts.api.version import Artifact, Comparison, PairedResult


@dataclass(frozen=True, slots=True)
class Fitted:
    """A candidate was trained, measured, and its artifact stored."""

    artifact: Artifact
    metrics: dict[str, float]
    card: dict[str, Any]
    versions: dict[str, str]
    paired: PairedResult | None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It can never succeed as asked; the job fails with this sentence."""

    error: str


@dataclass(frozen=True, slots=True)
class Faulted:
    """Something broke that may not break again; another attempt is made, if one is left."""

    error: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody cancelled the job."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """This worker is stopping; another takes the job over at once."""


Outcome = Fitted | Refused | Faulted | Cancelled | Stopped
