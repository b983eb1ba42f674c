"""Where it is described who did what, when, how long it took and how it ended."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field

from contracts import storable
from contracts.message import Message, Moment, Request


class AuditOutcome(StrEnum):
    """How it ended: done, refused for a reason of the asker's, or failed for one of ours."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class AuditEntry(Message):
    """One line of the audit log; ``action`` is a route, such as ``POST /v1/tasks/{task}/rollback``.

    ``actor`` is the name that people see. ``person`` stays the same whichever of their keys somebody uses, and
    ``address`` is where the request came from; both are empty in lines from before they were noted.
    """

    id: str
    actor: str
    person: str = ""
    tenant: str
    action: str
    target: str
    status: int
    outcome: AuditOutcome
    latency_ms: float
    request_id: str
    address: str = ""
    at: Moment


class AuditFormat(StrEnum):
    """How the lines are written."""

    CSV = "csv"
    JSONL = "jsonl"


def _storable(text: str) -> str:
    storable.check(text)
    return text


Text = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_storable)]


class NewAuditExport(Request):
    """Which lines to export, oldest first; what is not named may be anything."""

    actor: Text | None = None
    action: Annotated[Text | None, Field(examples=["POST /v1/tasks"])] = None
    outcome: AuditOutcome | None = None
    request_id: Text | None = None
    since: Annotated[Moment | None, Field(validation_alias=AliasChoices("from", "since"))] = None
    until: Annotated[Moment | None, Field(validation_alias=AliasChoices("to", "until"))] = None
    format: AuditFormat = AuditFormat.CSV
