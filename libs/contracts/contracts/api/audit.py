"""Where it is described who did what, when, how long it took and how it ended."""

from enum import StrEnum

from contracts.message import Message, Moment


class AuditOutcome(StrEnum):
    """How it ended: done, refused for a reason of the asker's, or failed for one of ours."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class AuditEntry(Message):
    """One line of the audit log; ``action`` is a route, such as ``POST /v1/tasks/{task}/rollback``."""

    id: str
    actor: str
    tenant: str
    action: str
    target: str
    status: int
    outcome: AuditOutcome
    latency_ms: float
    request_id: str
    at: Moment
