"""Where the facts of erasure are declared; none of them carries a name or a text, because events are kept for days."""

from typing import Annotated

from pydantic import Field

from contracts.event import Event
from contracts.message import Message
from contracts.service import Service

MOST_VERSIONS = 1000


class SubjectErased(Event):
    """The feedback service has erased what it held of a person; the trainer asks it for names and examples."""

    subject = "subject.erased"
    producer = Service.FEEDBACK
    consumers = (Service.TRAINER, Service.GATEWAY)

    erasure_id: str
    examples: int


class TaintedVersion(Message):
    """A version that was made of rows which are erased now; ``snapshot`` is the hash of the rows that are left."""

    version_id: str
    rows: int
    snapshot: str | None


class RowsErased(Event):
    """The trainer has erased a person's rows from datasets and snapshots; these versions were made of them.

    Many versions come in several ``parts``, numbered from 1; ``counts`` are those of all.
    """

    subject = "rows.erased"
    producer = Service.TRAINER
    consumers = (Service.REGISTRY, Service.FEEDBACK)

    erasure_id: str
    versions: Annotated[tuple[TaintedVersion, ...], Field(max_length=MOST_VERSIONS)]
    part: int
    parts: int
    counts: dict[str, int]


class VersionsFlagged(Event):
    """The registry has flagged all versions that learnt from what was erased."""

    subject = "versions.flagged"
    producer = Service.REGISTRY
    consumers = (Service.FEEDBACK, Service.GATEWAY)

    erasure_id: str
    versions: int


class ErasureCompleted(Event):
    """Every service has said that it erased what it held of a person."""

    subject = "erasure.completed"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    erasure_id: str
    counts: dict[str, int]
