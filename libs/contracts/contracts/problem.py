"""Where refusals are written as problem+json (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from contracts.message import Message

MEDIA_TYPE = "application/problem+json"


class FieldProblem(Message):
    """One thing wrong with one field, in words for people."""

    field: str
    reason: str


class Problem(BaseModel):
    """A refusal: ``type`` is ``urn:ratchet:problem:<name>``, ``errors`` name the fields; further members are facts."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """Give the members beyond the standard ones, such as ``running_job_id``."""
        return dict(self.model_extra or {})
