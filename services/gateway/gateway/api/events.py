"""Where the events of a tenant are streamed as they happen."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from contracts.errors import InvalidInput
from contracts.events import TYPES
from contracts.message import Moment
from gateway.api import watching
from gateway.api.watching import EventStream, LastEvent, Watching
from gateway.streams.heard import Only

router = APIRouter(prefix="/v1/events", tags=["events"])

Types = Annotated[str, Query(description="Types, separated by commas: " + ", ".join(sorted(TYPES)))]
Since = Annotated[Moment | None, Query(alias="from", description="Begin with what happened since, as far as kept.")]


@router.get("", response_class=StreamingResponse, responses=watching.DOCUMENTED)
async def watch_events(
    watcher: Watching, last_event_id: LastEvent = None, types: Types = "", task: str | None = None, since: Since = None
) -> EventStream:
    """Stream what happens from now on, of all types and tasks or of some; or from where it was left, or from a time."""
    wish = watcher.wish(Only(_wanted(types), task), last_event_id)
    is_past = since is not None and since < datetime.now(UTC)
    return watcher.live(replace(wish, since=since if is_past and wish.after is None else None))


def _wanted(types: str) -> frozenset[str]:
    wanted = frozenset(each.strip() for each in types.split(",") if each.strip())
    if unknown := wanted - TYPES:
        raise InvalidInput.at("types", f"{', '.join(sorted(unknown))} is not one of {', '.join(sorted(TYPES))}")
    return wanted or TYPES
