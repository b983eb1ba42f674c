"""Where the live event streams of the tenant are described."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.api.live_event import LiveEvent
from ratchet.wire.call import ServerEvent, Stream, at, stream
from ratchet.wire.noun import Noun, Way, streaming


class Events(Noun[Way]):
    """What happens at this moment."""

    @streaming
    def tail(
        self,
        *,
        types: Sequence[str] = (),
        task: str | None = None,
        since: datetime | None = None,
        after: str | None = None,
    ) -> Stream[LiveEvent]:
        """Follow the tenant's events, of these types and this task if any are named, without end.

        It begins now, with what happened ``since`` a time, or ``after`` the position of an event, and goes on across
        lost connections. An event of type ``stream.gap`` says that some before it may not be kept any more.
        """
        asked = {"types": types or None, "task": task, "from": since}
        return replace(stream(at("events"), read, ends=_never, **asked), after=after or "")


def read(event: ServerEvent) -> LiveEvent:
    """Read an event of a stream."""
    return LiveEvent.model_validate_json(event.content)


def live(*parts: str, after: str | None = None, task: str | None = None) -> Stream[LiveEvent]:
    """Describe a stream of events under an address, which says itself when all is told."""
    return replace(stream(at(*parts), read, ends=_never, task=task), after=after or "")


def _never(_event: LiveEvent) -> bool:
    return False
