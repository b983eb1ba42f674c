"""Where an event is described as those see it who watch."""

from typing import Any

from contracts.message import Message, Moment


class LiveEvent(Message):
    """An event as it went by; ``type`` is its subject without the tenant, such as ``training.queued``."""

    id: str
    type: str
    at: Moment
    actor: str
    correlation_id: str
    causation_id: str | None
    content: dict[str, Any]
