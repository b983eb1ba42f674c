"""Where pages and what they need are answered from files; they ask the API for everything else."""

from collections.abc import Sequence
from importlib import resources

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

_STATIC = resources.files("gateway.console") / "static"
_FILES = {
    "/join": ("join.html", "text/html"),
    "/join.js": ("join.js", "text/javascript"),
    "/join.css": ("join.css", "text/css"),
}
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def routes() -> Sequence[Route]:
    """Give the page that an invitation leads to; who comes to the root is led on to the manual of the API."""
    files = (Route(address, _File(*kept).answer) for address, kept in _FILES.items())
    return (Route("/", _manual), *files)


class _File:
    """A file as it is sent."""

    def __init__(self, name: str, media_type: str) -> None:
        self._content = (_STATIC / name).read_bytes()
        self._media_type = media_type

    async def answer(self, _: Request) -> Response:
        return Response(self._content, media_type=self._media_type, headers=_HEADERS)


async def _manual(_: Request) -> Response:
    return RedirectResponse("/docs")
