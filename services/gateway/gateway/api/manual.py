"""Where /openapi.json is answered; the document is made once, beside other work."""

import asyncio

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response


def add(api: FastAPI) -> None:
    """Add its address."""
    writing: list[asyncio.Task[bytes]] = []

    async def document(_: Request) -> Response:
        if not writing or (writing[0].done() and writing[0].exception()):
            writing[:] = [asyncio.create_task(asyncio.to_thread(lambda: orjson.dumps(api.openapi())))]
        return Response(await asyncio.shield(writing[0]), media_type="application/json")

    api.add_route("/openapi.json", document)
