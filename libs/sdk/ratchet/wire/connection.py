"""Where it is said how the gateway is reached, and how a call is written as an HTTP request."""

from dataclasses import dataclass
from typing import Any

import httpx

from ratchet.wire.call import Call

STREAM_TIMEOUT = httpx.Timeout(10.0, read=45.0)


@dataclass(frozen=True, slots=True)
class Connection:
    """The gateway's address, the key to show there, and the seconds that one attempt may take."""

    url: str
    api_key: str
    timeout_s: float = 30.0


def settings(connection: Connection) -> dict[str, Any]:
    """Give what both of httpx's clients are opened with."""
    return {
        "base_url": connection.url.rstrip("/"),
        "headers": {"Authorization": f"Bearer {connection.api_key}", "User-Agent": "ratchet-sdk"},
        "timeout": httpx.Timeout(connection.timeout_s, connect=5.0),
    }


def parts(call: Call[Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Give the parts of a call's request."""
    sent = dict(headers or {})
    if call.body is not None:
        sent["Content-Type"] = "application/json"
    if call.upload is not None:
        sent |= call.upload.headers()
    if call.key:
        sent["Idempotency-Key"] = call.key
    if call.revision is not None:
        sent["If-Match"] = f'"{call.revision}"'
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query),
        "content": call.body,
        "headers": sent,
    }


def length(response: httpx.Response) -> int | None:
    """Give how many bytes a response has, if it says so."""
    said = response.headers.get("Content-Length", "")
    return int(said) if said.isdigit() else None


def received(response: httpx.Response) -> httpx.Response:
    """Give the reply whose body went into a file: its own headers, without those that are about the body."""
    own = [(name, value) for name, value in response.headers.items() if name.startswith("x-")]
    return httpx.Response(response.status_code, headers=own, request=response.request)
