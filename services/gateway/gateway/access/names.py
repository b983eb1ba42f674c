"""Where the names of a tenant's people and keys are known: no two go by the same, and who has none is given nothing."""

import unicodedata
from collections.abc import Iterable, Sequence

from chassis.database import Transaction
from contracts.api.access import Role
from contracts.errors import InvalidInput, NameTaken
from gateway.store import api_keys, names, users

_OUR_OWN = frozenset({"ratchet", "unknown"})
"""The names of the platform itself, and of whoever could not be told, in logs and histories."""

_MOST_NAMES = 10


def key(name: str) -> str:
    """Give what two names have in common that people take for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


async def demand_free(tx: Transaction, name: str, *, besides: str | None = None) -> None:
    """Refuse a name that somebody has, other than who has the id ``besides``; raises `NameTaken`.

    Nobody else can take a name of this tenant until the transaction ends.
    """
    await names.lock(tx)
    taken = _OUR_OWN | {key(each) for each in await names.list_others(tx, besides)}
    if key(name) in taken:
        raise NameTaken(f"name: {name!r} is the name of another user or key of this tenant, or was one of a user.")


async def hold(tx: Transaction) -> None:
    """Let nobody else change the names of this tenant until the transaction ends.

    Whatever else a transaction locks (tenant, users, keys) comes after the names, so that no two wait for one another.
    """
    await names.lock(tx)


async def refuse_strangers(tx: Transaction, wanted: Sequence[str], *, roles: Iterable[Role], besides: str) -> None:
    """Refuse names that nobody with one of the roles has, and no valid key; raises `InvalidInput`."""
    allowed = [str(role) for role in roles]
    known = await api_keys.list_names(tx, allowed) | await users.list_names(tx, allowed) | {besides}
    for place, name in enumerate(wanted):
        if name not in known:
            raise InvalidInput.at(f"to.{place}", f"{name!r} is nobody who may review; there are {_listed(known)}")


def _listed(known: Iterable[str]) -> str:
    shown = sorted(known)
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return ", ".join(shown[:_MOST_NAMES]) + more
