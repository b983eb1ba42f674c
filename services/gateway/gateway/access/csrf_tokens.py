"""Where it is made what a page of ours can send beside a session's cookie, and a page of others cannot know."""

import hmac
from hashlib import sha256

_PURPOSE = b"ratchet csrf"


def of(session: bytes) -> str:
    """Give the token of a session; the session cannot be told from it."""
    return hmac.new(session, _PURPOSE, sha256).hexdigest()


def proves(csrf: str, session: bytes) -> bool:
    """Say whether somebody who knows the session has sent this."""
    return hmac.compare_digest(csrf.encode(), of(session).encode())
