"""Where secrets are made that are shown once: of 256 random bits, and kept as hashes alone."""

import secrets
from hashlib import sha256

API_KEY = "rk_"
SESSION = "rs_"
INVITATION = "ri_"


def new(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Give by what a secret is recognised."""
    return sha256(token.encode()).digest()
