"""Where it is decided whether a password is good enough: long, not common, and not about who chose it."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

LEAST = 12
MOST = 128
_LEAST_DIFFERENT = 5
_LEAST_LETTERS = 4
_LEAST_PART = 4
_RUN = 4
_LETTERS = str.maketrans("@4031!5$7+", "aaoeiisstt")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_AGAIN = re.compile(r"(.{2,}?)\1+|(.)\2{2,}")


def normalized(password: str) -> str:
    """Write a password in the one way in which every keyboard and system gives it."""
    return unicodedata.normalize("NFKC", password)


def objections(password: str, about: Iterable[str]) -> tuple[str, ...]:
    """Say what is wrong with a password; ``about`` are the names and addresses of who chose it."""
    plain = normalized(password)
    if len(plain) < LEAST:
        return (f"must be {LEAST} characters long at least; a few words that do not belong together are best",)
    if len(plain) > MOST:
        return (f"must not be longer than {MOST} characters",)
    return tuple(_weaknesses(plain, about))


def _weaknesses(password: str, about: Iterable[str]) -> Iterable[str]:
    if len(set(password)) < _LEAST_DIFFERENT:
        yield f"must hold {_LEAST_DIFFERENT} different characters at least"
    elif password.isdecimal():
        yield "must not be made of digits alone"
    elif _is_tried_first(password):
        yield "is made of what is tried first by those who guess: common words, rows of keys, years"
    if any(_is_about(password, part) for part in _parts(about)):
        yield "must not be made of your name or email"


def _is_tried_first(password: str) -> bool:
    """Say whether little is left without common words and rows of keys, digits standing for letters or not."""
    return _is_little(_rest(_rest(password.casefold()).translate(_LETTERS)))


def _rest(text: str) -> str:
    for word in _common_words():
        text = text.replace(word, " ")
    return _without_runs(_AGAIN.sub(r"\1\2 ", text))


def _without_runs(text: str) -> str:
    """Leave out what is typed by running over keys: 1234, qwerty, zyx."""
    starts = [place for place in range(len(text)) if text[place : place + _RUN] in _runs()]
    within = {start + step for start in starts for step in range(_RUN)}
    return "".join(" " if place in within else letter for place, letter in enumerate(text))


def _is_about(password: str, part: str) -> bool:
    plain = password.casefold()
    return part in plain and _is_little(_rest(plain.replace(part, " ")))


def _is_little(rest: str) -> bool:
    """Say whether what is left of a password could be tried in a moment."""
    letters = re.sub(r"[\W\d_]+", "", rest)
    return len(letters) < _LEAST_LETTERS or len(set(rest) - {" "}) < _LEAST_DIFFERENT


def _parts(about: Iterable[str]) -> set[str]:
    words = {word for each in about for word in (each.casefold(), *re.split(r"[\W_]+", each.casefold()))}
    return {word for word in words if len(word) >= _LEAST_PART}


@cache
def _runs() -> frozenset[str]:
    rows = (*_ROWS, *(row[::-1] for row in _ROWS))
    return frozenset(row[place : place + _RUN] for row in rows for place in range(len(row) - _RUN + 1))


@cache
def _common_words() -> tuple[str, ...]:
    """Give the words that passwords are most often made of, the longest first."""
    text = (resources.files("gateway.access") / "common_words.txt").read_text()
    return tuple(sorted(text.split(), key=len, reverse=True))
