"""Where events are read from their stream by position; nothing is created in NATS for those who read."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError

from chassis.logging import log
from contracts.errors import Unavailable
from contracts.event import Envelope
from contracts.topology import EVENTS_STREAM, READ_EVENTS
from gateway.streams.heard import Heard, Position

_BATCH = 500
_MOST_BYTES = 2**20
_PATIENCE_S = 5.0
_FIRST = datetime.fromtimestamp(0, UTC)
"""Nothing happened before; NATS counts nanoseconds, and takes times that are too long ago for others."""

_STATUS = "Status"
_NUMBER = "Nats-Sequence"
_WAITING = "Nats-Num-Pending"


@dataclass(frozen=True, slots=True)
class Extent:
    """What the stream holds: the era that it counts in, and its first and last number."""

    era: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Events that follow one another, the number of the last one (0 if there is none), and whether there are more."""

    last: int
    events: Sequence[Heard]
    is_more: bool


class Past:
    """The stream of all events, as far back as it is kept."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._jetstream = connection.jetstream(timeout=_PATIENCE_S)

    async def extent(self) -> Extent:
        """Say what there is; raises `Unavailable`."""
        try:
            known = await self._jetstream.stream_info(EVENTS_STREAM)
        except (NatsError, OSError, TimeoutError) as lost:
            raise _away() from lost
        begun = known.created.timestamp() if known.created else 0.0
        return Extent(f"{int(begun * 1000):x}", known.state.first_seq, known.state.last_seq)

    async def latest(self, subject: str) -> int:
        """Give the number of the last event under a subject, 0 if there is none; raises `Unavailable`."""
        question = orjson.dumps({"last_by_subj": subject})
        try:
            reply = await self._connection.request(READ_EVENTS, question, timeout=_PATIENCE_S)
        except (NatsError, OSError, TimeoutError, NatsTimeoutError) as lost:
            raise _away() from lost
        return int((reply.headers or {}).get(_NUMBER, 0))

    async def read(self, era: str, subject: str, *, after: int = 0, since: datetime | None = None) -> Piece:
        """Give the next events under a subject after a number, or since a time; raises `Unavailable`."""
        begin: Mapping[str, Any] = {"start_time": max(since, _FIRST).isoformat()} if since else {"seq": after + 1}
        question = {"next_by_subj": subject, "batch": _BATCH, "max_bytes": _MOST_BYTES, **begin}
        try:
            replies, waiting = await self._replies(orjson.dumps(question))
        except (NatsError, OSError) as lost:
            raise _away() from lost
        events = [heard for each in replies if (heard := _heard(era, each))]
        return Piece(_number(replies[-1]) if replies else 0, events, bool(replies) and waiting > 0)

    async def _replies(self, question: bytes) -> tuple[Sequence[Msg], int]:
        """Collect messages up to the one that ends them, and how many wait; in order, so that a part is a beginning."""
        found, ended = list[Msg](), asyncio.get_running_loop().create_future()

        async def take(message: Msg) -> None:
            headers = message.headers or {}
            if _STATUS not in headers:
                found.append(message)
            elif not ended.done():
                ended.set_result(int(headers.get(_WAITING, 0)))

        inbox = self._connection.new_inbox()
        subscription = await self._connection.subscribe(inbox, cb=take)
        try:
            await self._connection.publish(READ_EVENTS, question, reply=inbox)
            async with asyncio.timeout(_PATIENCE_S):
                return found, await ended
        except TimeoutError:
            log().warning("events.read_in_part", events=len(found))
            return found, 0
        finally:
            await subscription.unsubscribe()


def _heard(era: str, message: Msg) -> Heard | None:
    headers = dict(message.headers or {})
    try:
        position = Position(era, _number(message))
        return Heard(position, Envelope.read(headers), orjson.loads(message.data))
    except (KeyError, ValueError) as wrong:
        log().warning("event.unreadable", subject=headers.get("Nats-Subject"), reason=repr(wrong))
        return None


def _number(message: Msg) -> int:
    return int((message.headers or {})[_NUMBER])


def _away() -> Unavailable:
    detail = "Ratchet's message server is not reachable at the moment; please try again in a few seconds."
    return Unavailable(detail, part="nats")
