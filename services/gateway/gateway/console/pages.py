"""Where pages and what they need are answered from files; for everything else they ask the API alone."""

from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

_OURS = resources.files("gateway.console") / "static"
_SWAGGER_UI = resources.files("fastapi_offline") / "static"
_FILES = {
    "/join": (_OURS / "join.html", "text/html"),
    "/join.js": (_OURS / "join.js", "text/javascript"),
    "/join.css": (_OURS / "join.css", "text/css"),
    "/docs": (_OURS / "docs.html", "text/html"),
    "/docs.js": (_OURS / "docs.js", "text/javascript"),
    "/swagger-ui.js": (_SWAGGER_UI / "swagger-ui-bundle.js", "text/javascript"),
    "/swagger-ui.css": (_SWAGGER_UI / "swagger-ui.css", "text/css"),
}
_SOURCES = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_STYLED_IN_PLACE = frozenset({"/docs"})
"""Swagger UI writes styles into its elements."""


def routes() -> Sequence[Route]:
    """Give the manual of the API, to which the root leads, and the page that an invitation leads to."""
    files = (Route(address, _File(address, *kept).answer) for address, kept in _FILES.items())
    return (Route("/", _manual), *files)


class _File:
    """A file as it is sent."""

    def __init__(self, address: str, file: Traversable, media_type: str) -> None:
        self._content = file.read_bytes()
        self._media_type = media_type
        styles = " 'unsafe-inline'" if address in _STYLED_IN_PLACE else ""
        self._headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _SOURCES.format(styles=styles),
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def answer(self, _: Request) -> Response:
        return Response(self._content, media_type=self._media_type, headers=self._headers)


async def _manual(_: Request) -> Response:
    return RedirectResponse("/docs")
