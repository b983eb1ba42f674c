"""Where one request to a webhook is made: no redirect is followed, no proxy asked, no slow answer waited for."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import httpcore

from gateway.store.webhook_claims import Answered
from gateway.webhooks.dialing import NoAddress

_READ = 2000
_READING_S = 1.0
_LONGEST_ERROR = 300
_OK = range(200, 300)
_FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
_UNKNOWN_HOST = (
    "the host has no address that webhooks may reach: it is not known, or in a private network, and "
    "RATCHET_WEBHOOK_NETWORKS does not name it"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A request to make."""

    url: str
    headers: dict[str, str]
    body: bytes


class Poster:
    """Makes requests, each over a connection of its own."""

    def __init__(self, network: httpcore.AsyncNetworkBackend, *, timeout_s: float) -> None:
        self._network = network
        self.timeout_s = timeout_s
        self._tls = httpcore.default_ssl_context()
        self._tls.load_default_certs()

    async def post(self, letter: Letter) -> Answered:
        """Make a request and say what came of it; an answer other than 2xx is an error too."""
        started = time.perf_counter()
        status, start, error = None, b"", None
        try:
            async with asyncio.timeout(self.timeout_s):
                status, start = await self._exchange(letter)
        except TimeoutError:
            error = f"there was no answer within {self.timeout_s:g} s"
        except (*_FAILURES, OSError) as failure:
            error = _words(failure)
        took_ms = (time.perf_counter() - started) * 1000
        if status is not None and status not in _OK:
            error = f"it answered {status}" + (", and redirects are not followed" if 300 <= status < 400 else "")  # noqa: PLR2004
        return Answered(status, _text(start), took_ms, error)

    async def _exchange(self, letter: Letter) -> tuple[int, bytes]:
        url = _url(letter.url)
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._tls, retries=0, network_backend=self._network
        )
        headers = list(letter.headers.items())
        async with connection, connection.stream("POST", url, headers=headers, content=letter.body) as response:
            return response.status, await _start_of(response)


async def _start_of(response: httpcore.Response) -> bytes:
    """Read as much of an answer as is kept, packed or not; once its status is there, the rest may take or break."""
    start = b""
    with suppress(TimeoutError, *_FAILURES):
        async with asyncio.timeout(_READING_S), aclosing(_pieces(response)) as pieces:
            async for piece in pieces:
                start += piece
                if len(start) >= _READ:
                    break
    return start[:_READ]


def _pieces(response: httpcore.Response) -> AsyncGenerator[bytes]:
    return cast("AsyncGenerator[bytes]", response.aiter_stream())


def _text(start: bytes) -> str:
    """Read what may be anything; Postgres stores no NUL."""
    return start.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _url(written: str) -> httpcore.URL:
    """Take a URL apart as it was when it was checked, so that no other reading of it counts."""
    parts = urlsplit(written)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target=target)


def _words(failure: Exception) -> str:
    if isinstance(failure, NoAddress):
        return _UNKNOWN_HOST
    if isinstance(failure.__cause__ or failure.__context__, ssl.SSLError):
        return f"no secure connection could be made: {failure}"[:_LONGEST_ERROR]
    if isinstance(failure, httpcore.ConnectError | httpcore.ConnectTimeout):
        return "nobody took the connection"
    return f"the connection broke: {failure or type(failure).__name__}"[:_LONGEST_ERROR]
