"""Where an event is kept as it was heard, with its place in the stream."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from contracts.api.live_event import LiveEvent
from contracts.errors import InvalidInput
from contracts.event import Envelope
from gateway.streams import wire

_WRITTEN = re.compile(r"([0-9a-f]{1,16})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event lies; a stream that was lost and begun anew counts in another era."""

    era: str
    number: int

    def __str__(self) -> str:
        return f"{self.era}-{self.number}"

    @classmethod
    def read(cls, text: str, field: str) -> Self:
        """Read what a listener sent back; raises `InvalidInput`."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise InvalidInput.at(field, "is not the id of an event of this stream")
        return cls(found[1], int(found[2]))


@dataclass(frozen=True)
class Heard:
    """An event and where it lies."""

    position: Position
    envelope: Envelope
    content: dict[str, Any]

    @cached_property
    def written(self) -> bytes:
        """Give it as a server-sent event, which is written once for all who listen."""
        said = self.envelope
        told = LiveEvent(
            id=said.id,
            type=said.kind,
            at=said.time,
            actor=said.cause.actor,
            correlation_id=said.cause.correlation_id,
            causation_id=said.cause.causation_id,
            position=str(self.position),
            content=self.content,
        )
        return wire.event(said.kind, str(self.position), told.model_dump_json())


Wants = Callable[[Heard], bool]
"""Says whether somebody wants an event; listeners with an equal one are asked for together."""


@dataclass(frozen=True, slots=True)
class Only:
    """Events of some types, of one task, or with one value in their content."""

    types: frozenset[str]
    task: str | None = None
    about: tuple[str, str] | None = None

    def __call__(self, heard: Heard) -> bool:
        if heard.envelope.kind not in self.types or (self.task is not None and heard.content.get("task") != self.task):
            return False
        return self.about is None or heard.content.get(self.about[0]) == self.about[1]
