"""Where it is written into headers who asks, for which tenant, and until when the answer is of use."""

import time
from dataclasses import dataclass
from typing import Self

from contracts.event import Cause
from contracts.ids import new_id


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the tenant, the actor and the chain of events that the request belongs to."""

    tenant: str
    cause: Cause
    idempotency_key: str | None = None

    def headers(self, timeout_s: float) -> dict[str, str]:
        """Write the headers; the deadline travels with the request."""
        written = {
            "ratchet-tenant": self.tenant,
            "ratchet-actor": self.cause.actor,
            "ratchet-correlation": self.cause.correlation_id,
            "ratchet-deadline": f"{time.time() + timeout_s:.3f}",
        }
        optional = {
            "ratchet-idempotency-key": self.idempotency_key,
            "ratchet-person": self.cause.person,
            "traceparent": self.cause.traceparent,
        }
        return written | {name: value for name, value in optional.items() if value}

    @classmethod
    def read(cls, headers: dict[str, str]) -> Self:
        """Read the headers; raises `KeyError` when the tenant is missing."""
        cause = Cause(
            actor=headers.get("ratchet-actor", "unknown"),
            correlation_id=headers.get("ratchet-correlation") or new_id(),
            traceparent=headers.get("traceparent"),
            person=headers.get("ratchet-person", ""),
        )
        return cls(headers["ratchet-tenant"], cause, headers.get("ratchet-idempotency-key"))


def seconds_left(headers: dict[str, str]) -> float:
    """Give how long the asker still waits."""
    return float(headers.get("ratchet-deadline", time.time() + 5)) - time.time()
