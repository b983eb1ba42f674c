"""Where an event gets its subject, and its envelope its headers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Self

from contracts.ids import new_id
from contracts.message import Message
from contracts.service import Service

HEADER_TENANT = "ce-tenant"


class Event(Message):
    """A fact, in the past tense.

    A subclass names its subject (``training.requested``), the one service that says it and the services that listen.
    """

    subject: ClassVar[str]
    producer: ClassVar[Service]
    consumers: ClassVar[tuple[Service, ...]]

    @classmethod
    def address(cls, tenant: str) -> str:
        """Give the NATS subject for one tenant (or ``*`` for all): ``events.acme.training.requested``."""
        return f"events.{tenant}.{cls.subject}"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something happens: who asked, and which chain of events it belongs to.

    ``person`` tells people apart where two of them are needed, whichever keys and names they use; it goes with the
    command that somebody gives, and is empty where nobody did.
    """

    actor: str
    correlation_id: str = field(default_factory=new_id)
    causation_id: str | None = None
    traceparent: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds an event: CloudEvents 1.0 attributes, NATS binding in binary mode.

    Raises `KeyError` from `read` when a required header is missing.
    """

    id: str
    tenant: str
    source: str
    kind: str
    time: datetime
    cause: Cause

    @classmethod
    def around(cls, event: Event, tenant: str, cause: Cause) -> Self:
        """Make the envelope for an event that is said now."""
        return cls(new_id(), tenant, f"/ratchet/{event.producer}", event.subject, datetime.now(UTC), cause)

    def headers(self) -> dict[str, str]:
        """Write the headers; ``Nats-Msg-Id`` lets JetStream drop what a retry sends twice."""
        written = {
            "ce-specversion": "1.0",
            "ce-id": self.id,
            "ce-source": self.source,
            "ce-type": self.kind,
            "ce-time": self.time.isoformat(),
            HEADER_TENANT: self.tenant,
            "ce-actor": self.cause.actor,
            "ce-correlationid": self.cause.correlation_id,
            "content-type": "application/json",
            "Nats-Msg-Id": f"{self.tenant}:{self.id}",
        }
        optional = {"ce-causationid": self.cause.causation_id, "traceparent": self.cause.traceparent}
        return written | {name: value for name, value in optional.items() if value}

    @classmethod
    def read(cls, headers: dict[str, str]) -> Self:
        """Read the headers of a message that carries an event."""
        cause = Cause(
            actor=headers.get("ce-actor", "unknown"),
            correlation_id=headers["ce-correlationid"],
            causation_id=headers.get("ce-causationid"),
            traceparent=headers.get("traceparent"),
        )
        time = datetime.fromisoformat(headers["ce-time"])
        return cls(headers["ce-id"], headers[HEADER_TENANT], headers["ce-source"], headers["ce-type"], time, cause)

    def following(self) -> Cause:
        """Give the cause for whatever this event makes happen."""
        return Cause(self.cause.actor, self.cause.correlation_id, self.id, self.cause.traceparent)
