"""Where /openapi.json and the page that shows it are answered; the document is made once, beside other work."""

import asyncio

import orjson
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response

ADDRESS = "/openapi.json"


def add(api: FastAPI) -> None:
    """Add both addresses."""
    writing: list[asyncio.Task[bytes]] = []

    async def document(_: Request) -> Response:
        if not writing or (writing[0].done() and writing[0].exception()):
            writing[:] = [asyncio.create_task(asyncio.to_thread(lambda: orjson.dumps(api.openapi())))]
        return Response(await asyncio.shield(writing[0]), media_type="application/json")

    async def page(_: Request) -> Response:
        return get_swagger_ui_html(openapi_url=ADDRESS, title=api.title)

    api.add_route(ADDRESS, document)
    api.add_route("/docs", page)
