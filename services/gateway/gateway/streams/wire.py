"""Where events are written as server-sent events."""

from contracts.api.job import JobEvent
from contracts.api.live_event import LiveEvent

SIGN_OF_LIFE = b":\n\n"
MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def job_event(event: JobEvent) -> bytes:
    return _written(event.kind, str(event.number), event.model_dump_json())


def live_event(event: LiveEvent) -> bytes:
    return _written(event.type, event.id, event.model_dump_json())


def _written(name: str, id: str, body: str) -> bytes:
    return f"event: {name}\nid: {id}\ndata: {body}\n\n".encode()
