"""Where events are written as server-sent events."""

from datetime import UTC, datetime

import orjson

from contracts.api.job import JobEvent
from contracts.api.live_event import CLOSED, ENDED, GAP, LiveEvent
from contracts.ids import new_id

SIGN_OF_LIFE = b":\n\n"
MEDIA_TYPE = "text/event-stream"
ALL_TOLD = f"event: {ENDED}\ndata: {{}}\n\n".encode()
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def job_event(line: JobEvent) -> bytes:
    return event(line.kind, str(line.number), line.model_dump_json())


def gap(reason: str) -> bytes:
    """Write, among events, that something may be missing; it has no id, so that it is not resumed after."""
    id = new_id()
    told = LiveEvent(
        id=id,
        type=GAP,
        at=datetime.now(UTC),
        actor="ratchet",
        correlation_id=id,
        causation_id=None,
        content={"reason": reason},
    )
    return f"event: {GAP}\ndata: {told.model_dump_json()}\n\n".encode()


def closed(reason: str) -> bytes:
    """Write why the stream ends here."""
    return b"event: %b\ndata: %b\n\n" % (CLOSED.encode(), orjson.dumps({"reason": reason}))


def event(name: str, id: str, body: str) -> bytes:
    return f"event: {name}\nid: {id}\ndata: {body}\n\n".encode()
