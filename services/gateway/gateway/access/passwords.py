"""Where passwords are hashed and compared: argon2id, in threads, a few at a time."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from contracts.errors import TooManyRequests, WeakPassword
from contracts.problem import FieldProblem
from gateway.access import password_rules

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_PASSES, _MEMORY_KIB, _LANES = 2, 19_456, 1
"""The least that OWASP's Password Storage Cheat Sheet asks of argon2id: 19 MiB and two passes."""
_AT_ONCE = 2
_WAITING = 50


class Passwords:
    """The place where passwords are hashed; logins alone cannot take all of the machine."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hashed(self, password: str) -> str:
        """Give what to store of a password; raises `TooManyRequests`."""
        async with self._place():
            return await asyncio.to_thread(_hasher().hash, password_rules.normalized(password))

    async def matches(self, password: str, stored: str | None) -> bool:
        """Compare a password with what is stored of it; where nothing is, that takes as long. `TooManyRequests`."""
        async with self._place():
            return await asyncio.to_thread(_matches, password_rules.normalized(password), stored)

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None]:
        if self._waiting >= _WAITING:
            raise TooManyRequests("Too many people log in at the moment; please try again shortly.", retry_after_s=2)
        self._waiting += 1
        try:
            async with self._places:
                yield
        finally:
            self._waiting -= 1


def check(password: str, about: Iterable[str], *, field: str) -> None:
    """Refuse a password that can be guessed; raises `WeakPassword`."""
    found = password_rules.objections(password, about)
    if found:
        errors = tuple(FieldProblem(field=field, reason=each) for each in found)
        raise WeakPassword("; ".join(f"{field}: {each}" for each in found), errors=errors)


def refuse_same(old: str, new: str, *, field: str) -> None:
    """Refuse a new password that is the old one; raises `WeakPassword`."""
    if password_rules.normalized(old) == password_rules.normalized(new):
        reason = "must be another one than before"
        raise WeakPassword(f"{field}: {reason}", errors=(FieldProblem(field=field, reason=reason),))


def is_outdated(stored: str) -> bool:
    """Say whether a hash was made when less was asked of hashes."""
    return _hasher().check_needs_rehash(stored)


def _matches(password: str, stored: str | None) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415 (see _hasher)

    try:
        return _hasher().verify(stored or _nobodys(), password) and stored is not None
    except VerificationError:
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 (nobody may ever log in with a password)

    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)


@cache
def _nobodys() -> str:
    return _hasher().hash("the password of nobody")
