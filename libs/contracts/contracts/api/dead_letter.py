"""Where messages that could not be handled are described."""

from contracts.message import Message, Moment
from contracts.service import Service


class DeadLetter(Message):
    """A message that could not be handled, with the reason; ``body`` is cut to 4,000 characters."""

    id: str
    service: Service
    consumer: str
    subject: str
    reason: str
    body: str
    buried_at: Moment
    replayed_at: Moment | None
