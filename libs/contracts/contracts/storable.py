"""Where it is said what no JSON value may hold, because it cannot be stored: NUL, half a surrogate pair, NaN."""

import json
import math
import re

_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


def suspect(body: bytes) -> bool:
    """Say whether JSON may hold such a thing; most does not, and to know that costs next to nothing."""
    if b"\\" in body and (b"\\u0000" in body or _HALF.search(body)):
        return True
    return (b"N" in body and b"NaN" in body) or (b"I" in body and b"Infinity" in body)


def loaded(body: bytes) -> object:
    """Read JSON in which such things stand, at which strict readers stop; raises `ValueError`."""
    try:
        return json.loads(body)
    except RecursionError as deep:
        message = "nested too deep to be read"
        raise ValueError(message) from deep


def check(value: object) -> None:
    """Refuse a JSON value that holds such a thing anywhere; raises `ValueError`."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            _check_text(each)
        elif isinstance(each, float):
            _check_number(each)
        elif isinstance(each, dict):
            waiting += [*each, *each.values()]  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(each, list):
            waiting += each  # pyright: ignore[reportUnknownArgumentType]


def _check_text(text: str) -> None:
    if "\x00" in text:
        message = "must not contain NUL characters"
        raise ValueError(message)
    try:
        text.encode()
    except UnicodeEncodeError as half:
        message = "must not contain half of a surrogate pair"
        raise ValueError(message) from half


def _check_number(number: float) -> None:
    if not math.isfinite(number):
        message = "must not contain NaN or Infinity, which JSON does not have"
        raise ValueError(message)
