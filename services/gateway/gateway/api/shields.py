"""Where answers get the headers that keep browsers from doing with them what nobody meant."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

Header = tuple[bytes, bytes]

ALWAYS: Sequence[tuple[str, str]] = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
"""What the server itself adds to each answer, whoever makes it."""

_UNLESS_SAID: Sequence[Header] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_READABLE = (
    "ETag, Idempotency-Replayed, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
    "X-Export-Id, X-Request-Id"
)
_ACCEPTED = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Ratchet-Tenant, "
    "X-Request-Id"
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_PREFLIGHT_GOOD_FOR_S = 600


def shielded(headers: Sequence[Header]) -> list[Header]:
    """Add what an answer does not say itself."""
    said = {name.lower() for name, _ in headers}
    return [*headers, *(each for each in _UNLESS_SAID if each[0] not in said)]


def shared_with(app: ASGIApp, origins: str) -> ASGIApp:
    """Let pages of some origins use the API with a key; cookies are never accepted from them."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins.split(","),
        allow_methods=_METHODS,
        allow_headers=_ACCEPTED.split(", "),
        expose_headers=_READABLE.split(", "),
        allow_credentials=False,
        max_age=_PREFLIGHT_GOOD_FOR_S,
    )
