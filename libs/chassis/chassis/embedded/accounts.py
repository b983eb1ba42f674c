"""Where it is decided which account runs a server that refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

CANDIDATES = ("postgres", "nobody")


class NoUnprivilegedAccount(Exception):
    """Postgres refuses to run as root, and this machine has no account to run it as."""


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account of this machine."""

    name: str
    uid: int
    gid: int


def unprivileged(existing: Path) -> Account | None:
    """Return the account to run a server as, or None when we are an ordinary user and run it ourselves.

    The owner of data that already exists wins, so that an account created later does not lock us out of it.
    """
    if os.geteuid() != 0:
        return None
    if existing.exists() and existing.stat().st_uid != 0:
        return _account(pwd.getpwuid(existing.stat().st_uid))
    for name in CANDIDATES:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    message = f"Postgres refuses to run as root, and there is no account named {' or '.join(CANDIDATES)}."
    raise NoUnprivilegedAccount(message)


def give(path: Path, account: Account | None) -> None:
    """Make the account the owner of the path; nothing to do for an ordinary user."""
    if account is None:
        return
    try:
        os.chown(path, account.uid, account.gid)
    except OSError as refusal:
        message = f"Postgres refuses to run as root, and {path} cannot be given to {account.name}: {refusal}."
        raise NoUnprivilegedAccount(message) from refusal


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
