"""Where server-sent events are read from lines, and a broken stream is taken up again where it stopped."""

import time
from typing import Generic, TypeVar

from contracts.api.live_event import CLOSED, ENDED
from contracts.errors import TooSlow
from ratchet.wire.call import Call, ServerEvent, Stream
from ratchet.wire.exchange import ATTEMPTS, Reply, asked_for, may_pass, pause_after, refusal

Item = TypeVar("Item")
LAST_EVENT_ID = "Last-Event-ID"
PATIENCE_S = 60.0
"""So long a stream that was open already is tried to be opened again; a gateway that starts anew needs seconds."""


class Reading(Generic[Item]):
    """How far a stream has been read."""

    def __init__(self, stream: Stream[Item]) -> None:
        """Begin after the event that the stream names."""
        self._stream = stream
        self._last_id = stream.after
        self._fields: dict[str, str] = {}
        self._failures = 0
        self._is_last = False
        self._began = time.monotonic()
        self._lived: float | None = None
        """When the last line came, if one did."""
        self.ended = False

    @property
    def call(self) -> Call[None]:
        """The request that opens the stream."""
        return self._stream.call

    def headers(self) -> dict[str, str]:
        """Give the headers with which the stream goes on where it stopped."""
        return {"Accept": "text/event-stream"} | ({LAST_EVENT_ID: self._last_id} if self._last_id else {})

    def take(self, line: str) -> Item | None:
        """Take in one line; an empty line completes an event. Raises `TooSlow` after the stream's time."""
        self._failures, self._lived = 0, time.monotonic()
        self._check_the_time()
        if line:
            self._collect(line)
            return None
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        return self._complete(fields)

    def broken(self, reply: Reply) -> float:
        """Give the seconds to wait before opening again; raises what was refused, or what failed too often."""
        self._fields = {}
        self._failures += 1
        self._check_the_time()
        if not may_pass(reply) or self._has_failed():
            raise refusal(reply)
        return max(pause_after(self._failures), asked_for(reply))

    def stopped(self) -> float:
        """Give the seconds to wait before opening again a stream that the server closed; it may have told all."""
        self._fields = {}
        self._failures += 1
        self.ended = self.ended or self._is_last or self._failures >= ATTEMPTS
        return 0.0 if self.ended else pause_after(self._failures)

    def _has_failed(self) -> bool:
        """Say whether to give up: soon on what was never open, after a while on what was."""
        if self._lived is None:
            return self._failures >= ATTEMPTS
        return time.monotonic() - self._lived > PATIENCE_S

    def _check_the_time(self) -> None:
        """Signs of life come in silence too, so that this is seen in time."""
        within_s = self._stream.within_s
        if within_s is not None and time.monotonic() - self._began > within_s:
            raise TooSlow(f"There was no end to it within {within_s:g} s.")

    def _collect(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data" and "data" in self._fields:
            value = f"{self._fields['data']}\n{value}"
        if name:
            self._fields[name] = value

    def _complete(self, fields: dict[str, str]) -> Item | None:
        self._last_id = fields.get("id", self._last_id)
        kind = fields.get("event", "message")
        if kind in {CLOSED, ENDED}:
            self.ended = kind == ENDED
            return None
        item = self._stream.read(ServerEvent(self._last_id, kind, fields["data"]))
        self._is_last = self._stream.ends(item)
        return item
