"""Where it is read from a request which secret somebody shows: as a bearer token, or in a browser's cookie."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.errors import NotAuthenticated
from gateway.access import tokens

COOKIE = "ratchet_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Browsers take this name only over https and from this very host, so that no neighbour can slip in another session."""

_SCHEME = b"bearer "
_COOKIES = tuple(f"{name}=".encode() for name in (SECURE_COOKIE, COOKIE))


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret, and whether a browser sent it by itself."""

    secret: bytes
    by_browser: bool

    @property
    def is_session(self) -> bool:
        return self.secret.startswith(tokens.SESSION.encode())


def read(headers: Mapping[bytes, bytes]) -> Shown:
    """Give what is shown; raises `NotAuthenticated` if nothing is."""
    written = headers.get(b"authorization")
    if written is None:
        return _from_cookie(headers)
    if written[: len(_SCHEME)].lower() != _SCHEME:
        raise NotAuthenticated("Send an API key or a session in the header: Authorization: Bearer <key>.")
    return Shown(written[len(_SCHEME) :].strip(), by_browser=False)


def _from_cookie(headers: Mapping[bytes, bytes]) -> Shown:
    """Give a session; a key is never taken from a cookie."""
    sent = [each.strip() for each in headers.get(b"cookie", b"").split(b";")]
    for name in _COOKIES:
        for each in sent:
            found = Shown(each[len(name) :], by_browser=True)
            if each.startswith(name) and found.is_session:
                return found
    raise NotAuthenticated("Log in, or send an API key in the header: Authorization: Bearer <key>.")
