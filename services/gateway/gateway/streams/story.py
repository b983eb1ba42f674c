"""Where the story of a job is told from any line on: first what is stored, then what happens, nothing twice."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.api.job import ENDED, JobEvent
from contracts.api.page import Page
from contracts.errors import TooSlow, Unavailable
from contracts.events.training import JobProgressed
from gateway.streams.broadcast import Heard, Listener, Wants

Read = Callable[[int], Awaitable[Page[JobEvent]]]
"""Gives the lines after a number, oldest first."""


@dataclass(slots=True)
class Place:
    """How far the story was told, and whether it ended there."""

    number: int
    ended: bool

    def move_to(self, event: JobEvent) -> JobEvent:
        self.number = event.number
        if event.kind == "state":
            self.ended = event.content.get("status") in ENDED
        return event


def about(job_id: str) -> Wants:
    return lambda heard: heard.envelope.kind == JobProgressed.subject and heard.content.get("job_id") == job_id


async def tell(read: Read, listener: Listener, place: Place, *, patience_s: float) -> AsyncGenerator[JobEvent | None]:
    """Give the lines after the place until the job has ended; None is a sign of life in silence.

    What was missed, because NATS was away or the trainer slow to say it, is read again from the trainer.
    """
    async for event in _stored(read, place):
        yield event
    while listener.open and not place.ended:
        heard = await listener.next(patience_s)
        event = _event(heard) if heard else None
        if event and event.number == place.number + 1:
            yield place.move_to(event)
        elif event is None or event.number > place.number:
            yield None
            async for missed in _stored(read, place):
                yield missed


async def _stored(read: Read, place: Place) -> AsyncGenerator[JobEvent]:
    while True:
        try:
            page = await read(place.number)
        except (Unavailable, TooSlow):
            return
        for event in page.items:
            yield place.move_to(event)
        if page.next_cursor is None or not page.items:
            return


def _event(heard: Heard) -> JobEvent | None:
    try:
        return JobEvent.model_validate(heard.content)
    except ValidationError:
        return None
