"""Where a task is described."""

from typing import Annotated, Any

from pydantic import Field, FiniteFloat, SerializerFunctionWrapHandler, field_validator, model_serializer

from contracts.api.rollout import ReleasePlan
from contracts.ids import Key
from contracts.message import Message, Moment, Request

_NEVER_NULL = (
    "name",
    "description",
    "parameters",
    "approvals",
    "minimum_gain",
    "block_on_slice_regression",
    "keep_versions",
)
_GAIN = "The least gain over the champion with which a version ships, in the unit of its comparison."
_KEEP = "How many deprecated versions are kept before the oldest of them are archived."
_BLOCK = "Whether a version ships that is proven worse on a part of the holdout, though better on the whole."
_RELEASE = "The steps in which a version that passed the gate is released by itself; null for all units at once."
Approvals = Annotated[int, Field(ge=0, le=1, description="How many others must approve a version before it serves.")]
Quality = Annotated[
    float | None,
    Field(ge=0, le=1, description="Corrections of at least this quality become approved examples by themselves."),
]
MinimumGain = Annotated[FiniteFloat, Field(ge=0, description=_GAIN)]
KeptVersions = Annotated[int, Field(ge=1, le=10_000, description=_KEEP)]
Blocks = Annotated[bool, Field(description=_BLOCK)]
Release = Annotated[ReleasePlan | None, Field(description=_RELEASE)]


class NewTask(Request):
    """A task to create."""

    key: Annotated[Key, Field(description="Name of the task in subjects, routes and URLs.", examples=["tickets"])]
    kind: Annotated[Key, Field(description="How the task is trained: one of GET /v1/kinds.")] = "classification"
    name: Annotated[str, Field(max_length=200)] = ""
    description: Annotated[str, Field(max_length=10_000)] = ""
    parameters: Annotated[dict[str, Any], Field(description="What every job's parameters start from.")] = {}  # noqa: RUF012
    auto_approve_quality: Quality = None
    approvals: Approvals = 0
    minimum_gain: MinimumGain = 0.0
    block_on_slice_regression: Blocks = False
    keep_versions: KeptVersions = 50
    release: Release = None


class TaskChange(Request):
    """The fields of a task to change; those not given stay.

    Only ``auto_approve_quality``, ``release`` and ``default_version`` may be null: people review everything then,
    versions are released at once, and no version serves while none is routed.
    """

    name: Annotated[str, Field(max_length=200)] | None = None
    description: Annotated[str, Field(max_length=10_000)] | None = None
    parameters: dict[str, Any] | None = None
    auto_approve_quality: Quality = None
    approvals: Approvals | None = None
    minimum_gain: MinimumGain | None = None
    block_on_slice_regression: Blocks | None = None
    keep_versions: KeptVersions | None = None
    release: Release = None
    default_version: Annotated[str | None, Field(description="Id of the version that serves while none is routed.")] = (
        None
    )

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were given, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    @field_validator(*_NEVER_NULL)
    @classmethod
    def _is_given(cls, value: object) -> object:
        if value is None:
            message = "must not be null; leave it out to keep it"
            raise ValueError(message)
        return value

    @model_serializer(mode="wrap")
    def _write(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if name in self.model_fields_set}


class Task(Message):
    """One thing an AI does for a tenant."""

    key: Key
    kind: str
    name: str
    description: str
    parameters: dict[str, Any]
    auto_approve_quality: float | None = None
    approvals: int = 0
    minimum_gain: float = 0.0
    block_on_slice_regression: bool = False
    keep_versions: int = 50
    release: ReleasePlan | None = None
    default_version: str | None = None
    revision: int = 1
    created_at: Moment
    created_by: str
