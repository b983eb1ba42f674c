"""Where what is posted to webhooks is signed, and a signature is checked.

The header ``Ratchet-Signature`` is ``t=<seconds since 1970>,v1=<signature>``; there are two ``v1`` while an old secret
is about to end. A signature is the HMAC-SHA256, in hexadecimal digits, of the seconds, a dot and the body as it was
posted; its key is the secret as it was shown, ``whsec_`` included.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from contracts.errors import BadSignature

HEADER = "Ratchet-Signature"
TOLERANCE_S = 300
"""How far the time of a signature may lie from now, so that what somebody overheard is of no use to them later."""

_LONGEST = 1000
_MOST_DIGITS = 15


def header(body: bytes, secrets: Iterable[str], at: int) -> str:
    """Sign a body at a time with one secret or more."""
    return ",".join((f"t={at}", *(f"v1={_signature(body, secret, at)}" for secret in secrets)))


def check(body: bytes, written: str, secret: str, *, now: float, tolerance_s: float = TOLERANCE_S) -> None:
    """Raise `BadSignature` unless the header was written by whoever knows the secret, about this body, lately."""
    parts = [part.strip().partition("=") for part in written[:_LONGEST].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not _is_time(times[0]):
        raise BadSignature(f"The header {HEADER} is missing, or not as it should be: t=…,v1=….")
    wanted = _signature(body, secret, int(times[0])).encode()
    shown = [value.encode(errors="replace") for name, _, value in parts if name == "v1"]
    # Every one is compared, so that the time it takes tells nothing.
    if not any([hmac.compare_digest(wanted, each) for each in shown]):  # noqa: C419
        raise BadSignature("The signature does not fit the body and the secret.")
    if abs(now - int(times[0])) > tolerance_s:
        raise BadSignature(f"The signature is older than {tolerance_s:g} s, or from the future.")


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _signature(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
