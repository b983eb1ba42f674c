"""Where it is decided how long to wait after logins that went wrong: for an account, and for an address."""

import ipaddress
import math
from dataclasses import dataclass
from hashlib import sha256

from chassis.database import Transaction
from contracts.errors import TooManyRequests
from gateway.store import failed_logins

_FREE_OF_ACCOUNT, _FREE_OF_ADDRESS = 4, 19
_LONGEST_S = 900
_DOUBLINGS = 10


def delays(free: int) -> list[float]:
    """Give the seconds to wait after the first, second … failure: none at first, then twice as long each time."""
    return [0.0] * free + [float(min(_LONGEST_S, 2**number)) for number in range(_DOUBLINGS + 1)]


_OF_ACCOUNT, _OF_ADDRESS = delays(_FREE_OF_ACCOUNT), delays(_FREE_OF_ADDRESS)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a login is counted by: hashes of the email it names, of the account that is meant, and where it comes from.

    One waits by the email, whichever tenant is named, so that nobody guesses twice as often, nor learns where an email
    is known. The account says which of the failures are its own.
    """

    email: bytes
    account: bytes
    address: bytes


def attempt(email: str, address: str, *, of: str | None) -> Attempt:
    """Name an attempt by what was typed, and by ``of`` which tenant the account is that was meant, if there is one."""
    return Attempt(_hash("email", email), _account(of, email), _hash("address", network(address)))


def network(address: str) -> str:
    """Give what one customer of a provider has: an IPv4 address, or the 64 bits that an IPv6 address begins with."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


async def count(tx: Transaction, made: Attempt) -> None:
    """Count an attempt as failed before it is made, so that many at once are no way round; `TooManyRequests`.

    Account, email, address: whoever takes a count back does so in this order too, or two would wait for one another.
    """
    await failed_logins.note(tx, made.account)
    for key, waits in ((made.email, _OF_ACCOUNT), (made.address, _OF_ADDRESS)):
        if not await failed_logins.reserve(tx, key, waits):
            raise _too_many(await failed_logins.seconds_to_wait(tx, key))


async def succeed(tx: Transaction, made: Attempt) -> None:
    """Take the count of an attempt back that went well, and those before it at the same account."""
    await failed_logins.take_back(tx, made.email, await failed_logins.forget(tx, made.account))
    await failed_logins.take_back(tx, made.address)


async def pardon(tx: Transaction, email: str, tenant: str) -> None:
    """Let somebody try again at once, because an admin vouches for them; nobody of that email in another tenant."""
    own = await failed_logins.forget(tx, _account(tenant, email))
    await failed_logins.pardon(tx, _hash("email", email), own)


def _account(tenant: str | None, email: str) -> bytes:
    return _hash("account", tenant or "", email)


def _hash(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode()).digest()


def _too_many(seconds: float) -> TooManyRequests:
    rounded = max(1, math.ceil(seconds))
    detail = f"Too many logins went wrong; try again in {rounded} s. An admin can let you in with a new invitation."
    return TooManyRequests(detail, retry_after_s=rounded)
