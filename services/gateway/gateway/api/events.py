"""Where the events of a tenant are streamed as they happen."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from contracts import events
from contracts.api.live_event import LiveEvent
from contracts.errors import InvalidInput
from gateway.api.asker import Asker, Reader
from gateway.streams import wire
from gateway.streams.broadcast import Heard, Wants

router = APIRouter(prefix="/v1/events", tags=["events"])

TYPES = frozenset(event.subject for event in events.ALL)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {wire.MEDIA_TYPE: {}}, "description": "Events; each is a `LiveEvent`."}
}
_TYPES_HELP = "Types to stream, separated by commas: " + ", ".join(sorted(TYPES))


@router.get("", response_class=StreamingResponse, responses=_STREAM)
async def watch_events(
    reader: Reader, types: Annotated[str, Query(description=_TYPES_HELP)] = "", task: str | None = None
) -> StreamingResponse:
    """Stream what happens from now on, of all types and tasks or of some."""
    wanted = frozenset(each.strip() for each in types.split(",") if each.strip())
    if unknown := wanted - TYPES:
        raise InvalidInput.at("types", f"{', '.join(sorted(unknown))} is not one of {', '.join(sorted(TYPES))}")
    lines = _lines(reader, _wants(wanted or TYPES, task))
    return StreamingResponse(lines, media_type=wire.MEDIA_TYPE, headers=wire.HEADERS)


def _wants(types: frozenset[str], task: str | None) -> Wants:
    return lambda heard: heard.envelope.kind in types and (task is None or heard.content.get("task") == task)


async def _lines(reader: Asker, wants: Wants) -> AsyncGenerator[bytes]:
    patience_s = reader.desk.settings.heartbeat_s
    with reader.desk.broadcast.listening(reader.caller.tenant, wants) as listener:
        yield wire.SIGN_OF_LIFE
        while listener.open:
            heard = await listener.next(patience_s)
            yield wire.live_event(_live(heard)) if heard else wire.SIGN_OF_LIFE


def _live(heard: Heard) -> LiveEvent:
    said = heard.envelope
    return LiveEvent(
        id=said.id,
        type=said.kind,
        at=said.time,
        actor=said.cause.actor,
        correlation_id=said.cause.correlation_id,
        causation_id=said.cause.causation_id,
        content=heard.content,
    )
