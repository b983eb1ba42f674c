"""Where the headers are described for /openapi.json that many operations take or answer with."""

from typing import Any

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with the same key within a day is done once, and gets the same answer.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,128}$"},
}
TENANT: dict[str, Any] = {
    "name": "X-Ratchet-Tenant",
    "in": "header",
    "required": False,
    "description": "The tenant that a super admin works in; everybody else works in their own.",
    "schema": {"type": "string"},
}

ETAG = "ETag"
REPLAYED = "Idempotency-Replayed"
_ID = "X-Request-Id"
_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_LATER = "Retry-After"
_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}

HEADERS: dict[str, dict[str, Any]] = {
    ETAG: {"description": "For If-Match: the revision, or a hash of the answer.", "schema": _TEXT},
    REPLAYED: {"description": "`true` if this was answered before to the same request.", "schema": _TEXT},
    _ID: {"description": "The id of the request; the audit log and the logs have it too.", "schema": _TEXT},
    "RateLimit-Limit": {"description": "Requests, or items, a second that may be sent.", "schema": _NUMBER},
    "RateLimit-Remaining": {"description": "How many more may be sent at once.", "schema": _NUMBER},
    "RateLimit-Reset": {"description": "Seconds until as many as possible may be sent at once.", "schema": _NUMBER},
    _LATER: {"description": "Seconds after which to try again.", "schema": _NUMBER},
}


def of(status: int) -> tuple[str, ...]:
    """Name the headers that every answer with a status has."""
    limits = () if status == 401 else _LIMITS  # noqa: PLR2004 (before it is known who asks, nothing is counted)
    return (_ID, *limits, *((_LATER,) if status in {429, 503} else ()))
