"""Where the live event stream of the tenant is described."""

from collections.abc import Sequence

from contracts.api.live_event import LiveEvent
from ratchet.wire.call import ServerEvent, Stream, at, stream
from ratchet.wire.noun import Noun, Way, streaming


class Events(Noun[Way]):
    """What happens at this moment."""

    @streaming
    def tail(self, *, types: Sequence[str] = (), task: str | None = None) -> Stream[LiveEvent]:
        """Follow the tenant's events, of these types and this task if any are named, without end."""
        return stream(at("events"), _event, ends=_never, types=types or None, task=task)


def _event(event: ServerEvent) -> LiveEvent:
    return LiveEvent.model_validate_json(event.content)


def _never(_event: LiveEvent) -> bool:
    return False
