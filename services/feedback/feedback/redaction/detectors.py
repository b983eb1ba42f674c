"""Where it is said how what Ratchet recognises by itself looks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.api.redaction import Detector
from feedback.redaction import checks

Check = Callable[[str, int, int], int]
"""Gives where what counts ends, of a text and the place of a match; its beginning where nothing does."""

_DIGIT = re.compile("[0-9]")
_SHORTEST_SECRET = len("pwd=abcd")

_SECRETS = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]*-----END [A-Z ]*PRIVATE KEY-----)?",
    r"(?i:\b[a-z][a-z0-9+.\-]*://[^\s/:@]*:[^\s/@]+@)",
    r"\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*",
    r"\b(?:sk|pk|rk)[-_][\w\-]{16,}",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\bgh[pousr]_\w{20,}",
    r"\bglpat-[\w\-]{16,}",
    r"\bxox[abeprs]-[\w\-]{10,}",
    r"\bAIza[\w\-]{30,}",
    r"(?i:\bbearer\s+[\w.~+/\-]{16,}=*)",
    r"(?i:\b(?:password|passwort|passwd|pwd|secret|api[_\-]?key|access[_\-]?token)[\"']?\s*[:=]\s*[\"']?[^\s\"',;]{4,})",
)
_EMAIL = r"[\pL\pN._%+'\-]+@(?:[\pL\pN\-]+\.)+[\pL\pN\-]{2,}"
_IP = r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?i:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?)"
_PHONE = (
    r"(?:\+|\b00)[1-9][\d ().\-/]{6,24}",
    r"\(?\b0\d{2,5}\)?[ \-/][\d \-/]{4,14}\d",
    r"\b0\d(?:[ .\-]\d{2}){4}\b",
    r"\b0\d \d{4} \d{4}\b",
    r"\(?\b\d{3}\)?[\-. ]\d{3}[\-. ]\d{4}\b",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How something looks; only a text in which ``hint`` finds something is looked through."""

    pattern: str
    check: Check = checks.as_is
    hint: Callable[[str], object] = bool


LOOKS: Mapping[Detector, Look] = {
    Detector.SECRET: Look("|".join(_SECRETS), checks.named_secret, lambda text: len(text) >= _SHORTEST_SECRET),
    Detector.EMAIL: Look(_EMAIL, hint=lambda text: "@" in text),
    Detector.IBAN: Look(r"(?i:\b[a-z]{2}\d{2})", checks.iban, _DIGIT.search),
    Detector.CARD: Look(r"\b[2-6]\d{3}", checks.card, _DIGIT.search),
    Detector.SSN: Look(r"\b\d{3}-\d{2}-\d{4}\b", checks.ssn, lambda text: "-" in text),
    Detector.IP: Look(_IP, checks.ip, lambda text: "." in text or ":" in text),
    Detector.PHONE: Look("|".join(_PHONE), checks.phone, _DIGIT.search),
}

SECRETIVE = frozenset(
    (
        "password", "passwort", "passwd", "pwd", "passphrase", "secret", "client_secret", "api_key", "apikey",
        "access_token", "auth_token", "refresh_token", "private_key", "authorization", "cvv", "cvc",
    )
)  # fmt: skip
"""Names of members whose texts are secrets, whatever they look like."""
