"""Where an event is described as those see it who watch."""

from typing import Any

from contracts.message import Message, Moment

GAP = "stream.gap"
"""The type of what a stream says in between where events may be missing."""

CLOSED = "stream.closed"
"""The type of what a stream says last, with the reason; whoever connects again goes on where they are."""

ENDED = "stream.ended"
"""The type of what a stream says last where all is told, so that nobody connects again."""


class LiveEvent(Message):
    """An event as it went by; ``type`` is its subject without the tenant, such as ``training.queued``.

    ``position`` says where it lies: a stream that is asked to begin after it goes on there.
    """

    id: str
    type: str
    at: Moment
    actor: str
    correlation_id: str
    causation_id: str | None
    position: str | None = None
    content: dict[str, Any]
