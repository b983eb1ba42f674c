"""Where HEAD is answered as GET without its body, and OPTIONS with the methods that an address takes."""

import asyncio
from collections.abc import Iterable, Sequence

from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LAST: Message = {"type": "http.response.body", "body": b""}


def allowed(routes: Iterable[APIRoute], scope: Scope) -> Sequence[str]:
    """Name the methods that an address takes; none if there is nothing there."""
    found = {method for route in routes if route.matches(scope)[0] is not Match.NONE for method in route.methods or ()}
    return sorted(found | ({"HEAD", "OPTIONS"} if "GET" in found else {"OPTIONS"})) if found else ()


def choices(methods: Sequence[str]) -> Response:
    """Answer OPTIONS."""
    return Response(status_code=204, headers={"Allow": ", ".join(methods)})


async def head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what GET would begin its answer with; an answer that would go on for ever ends there."""
    begun = asyncio.Event()

    async def send_start(message: Message) -> None:
        if begun.is_set():
            return
        await send(message)
        if message["type"] == "http.response.start":
            await send(_LAST)
            begun.set()

    answering = asyncio.ensure_future(app({**scope, "method": "GET"}, receive, send_start))
    beginning = asyncio.ensure_future(begun.wait())
    try:
        await asyncio.wait({answering, beginning}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            await answering
    finally:
        beginning.cancel()
        answering.cancel()
        await asyncio.wait({answering})
