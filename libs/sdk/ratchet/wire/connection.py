"""Where it is said how the gateway is reached, and how a call is written as an HTTP request."""

from dataclasses import dataclass
from typing import Any

import httpx

from contracts.errors import InvalidInput, NotAuthenticated
from ratchet.wire.call import Call

STREAM_TIMEOUT = httpx.Timeout(10.0, read=45.0)


@dataclass(frozen=True, slots=True)
class Connection:
    """The gateway's address, the key to show there, and the seconds that one attempt may take.

    ``tenant`` is the one that a super admin works in; None: their own.
    """

    url: str
    api_key: str
    timeout_s: float = 30.0
    tenant: str | None = None


def settings(connection: Connection) -> dict[str, Any]:
    """Give what both of httpx's clients are opened with; raises `InvalidInput`, `NotAuthenticated`."""
    check(connection)
    picked = {"X-Ratchet-Tenant": connection.tenant} if connection.tenant else {}
    return {
        "base_url": connection.url.rstrip("/"),
        "headers": {"Authorization": f"Bearer {connection.api_key}", "User-Agent": "ratchet-sdk"} | picked,
        "timeout": httpx.Timeout(connection.timeout_s, connect=5.0),
    }


def check(connection: Connection) -> None:
    """Refuse an address or a key that can be none; raises `InvalidInput`, `NotAuthenticated`."""
    if not connection.url.startswith(("http://", "https://")):
        raise InvalidInput.at("url", f"the gateway's address begins with http:// or https://, not {connection.url!r}")
    if not (connection.api_key.isascii() and connection.api_key.isprintable()):
        raise NotAuthenticated("The API key holds characters that no key has; was it copied whole, and nothing else?")


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
