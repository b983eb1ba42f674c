"""Where it is described how versions are registered, approved and set aside by people."""

from typing import Annotated, Any

from pydantic import Field, FiniteFloat

from contracts.api.version import Bump
from contracts.message import Request

Uri = Annotated[
    str,
    Field(
        max_length=2_000,
        pattern=r"^[a-z][a-z0-9+.-]*:[^\s\x00-\x1f]+$",
        description="Where the version is kept or answers, such as s3://models/tickets/7.",
        examples=["s3://models/tickets/7"],
    ),
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, in lower case.")]
Label = Annotated[str, Field(pattern=r"^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$", examples=["2.0.0"])]
Note = Annotated[str, Field(max_length=1_000)]


class KeptArtifact(Request):
    """Where the bytes of a version are that Ratchet does not keep."""

    uri: Uri
    sha256: Sha256 | None = None
    size: Annotated[int | None, Field(ge=0, le=2**62)] = None


class VersionFacts(Request):
    """What is said of a version that was made elsewhere."""

    label: Annotated[Label | None, Field(description="Semver label, higher than that of the version before.")] = None
    label_bump: Annotated[Bump, Field(description="Which part of the label it raises, if no label is given.")] = (
        Bump.MINOR
    )
    metrics: Annotated[
        dict[str, FiniteFloat],
        Field(max_length=200, description="`accuracy` and `samples` let the gate compare it with the champion's."),
    ] = {}  # noqa: RUF012 (pydantic copies it)
    parameters: Annotated[dict[str, Any], Field(description="What it was made with.")] = {}  # noqa: RUF012
    lineage: Annotated[dict[str, Any], Field(description="What it was made of.")] = {}  # noqa: RUF012
    card: Annotated[dict[str, Any], Field(description="What people should know of it.")] = {}  # noqa: RUF012


class NewVersion(VersionFacts):
    """A version that was made elsewhere and is kept there."""

    artifact: KeptArtifact


class NewApproval(Request):
    """An approval to give."""

    note: Note = ""


class Retirement(Request):
    """An order to set a version aside."""

    reason: Note = "set aside by an admin"
