"""Where it is described what becomes a version."""

from dataclasses import dataclass, field
from typing import Any

from contracts.api.version import Artifact, Bump, VersionSource


@dataclass(frozen=True, slots=True)
class Registration:
    """A version to register: where its bytes are, how it measured, what it was made of and by whom.

    ``bump`` is the part of the label that it raises; None for what it differs in from the version before. ``label`` is
    given where somebody chose one.
    """

    id: str
    task: str
    artifact: Artifact
    metrics: dict[str, float]
    lineage: dict[str, Any]
    card: dict[str, Any] = field(default_factory=dict[str, Any])
    source: VersionSource = VersionSource.EXTERNAL
    bump: Bump | None = None
    label: str | None = None
