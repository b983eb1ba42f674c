"""Where the story of a job is told from any line on: first what is stored, then what happens, nothing twice."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.api.job import ENDED, JobEvent
from contracts.api.page import Page
from contracts.errors import TooSlow, Unavailable
from contracts.events.training import JobProgressed
from gateway.streams.heard import Heard, Only, Wants
from gateway.streams.listener import Listener

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
    return Only(frozenset({JobProgressed.subject}), about=("job_id", job_id))


async def tell(read: Read, listener: Listener, place: Place, *, patience_s: float) -> AsyncGenerator[JobEvent | None]:
    """Give the lines after the place until the job has ended; None is a sign of life in silence.

    What was missed, because NATS was away or the trainer slow to say it, is read again from the trainer.
    """
    async for event in _stored(read, listener, place):
        yield event
    while listener.open and not place.ended:
        heard = [_event(each) for each in await listener.next(patience_s)]
        for event in _next_lines(heard, place.number):
            yield place.move_to(event)
        if not heard or any(event is None or event.number > place.number for event in heard):
            yield None
            async for missed in _stored(read, listener, place):
                yield missed


def _next_lines(heard: Iterable[JobEvent | None], number: int) -> Iterable[JobEvent]:
    """Give the lines that follow a number without a gap."""
    for event in heard:
        if event and event.number == number + 1:
            number += 1
            yield event


async def _stored(read: Read, listener: Listener, place: Place) -> AsyncGenerator[JobEvent]:
    while listener.open:
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
