"""Where it is described how everything about a person is erased, and how far that is."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from contracts.message import Message, Moment, Request
from contracts.service import Service


class ErasureStatus(StrEnum):
    """Whether every service has said that it is done."""

    RUNNING = "running"
    COMPLETED = "completed"


def _without_nul(name: str) -> str:
    if "\x00" in name:
        message = "must not contain NUL characters"
        raise ValueError(message)
    return name


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_without_nul)]
"""A text by which applications know a person: a unit, a session, a name in `by`, or the id of an inference."""


class NewErasure(Request):
    """An order to erase everything about a person, wherever one of these names stands, character by character."""

    subject: Name
    also: Annotated[
        tuple[Name, ...], Field(max_length=99, description="Other units, sessions, names and ids of the same person.")
    ] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Give all names, each once, in order."""
        return tuple(sorted({self.subject, *self.also}))


class ErasurePart(Message):
    """What one service did; ``finished_at`` is null while it has not said that it is done."""

    service: Service
    finished_at: Moment | None
    counts: dict[str, int]


class Erasure(Message):
    """An order to erase, and what came of it; the names themselves are forgotten once it is completed.

    ``subject_hash`` is a keyed hash of the names, so that the same order is recognised. Whatever still arrives under
    one of the names is dropped until ``refused_until``. ``seconds`` is how long it took, or has taken until now.
    """

    id: str
    status: ErasureStatus
    subject_hash: str
    names: int
    requested_by: str
    requested_at: Moment
    refused_until: Moment
    completed_at: Moment | None
    seconds: float
    parts: tuple[ErasurePart, ...]

    @property
    def missing(self) -> tuple[Service, ...]:
        """Give the services that have not said yet that they are done."""
        return tuple(part.service for part in self.parts if part.finished_at is None)
