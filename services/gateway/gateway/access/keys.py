"""Where API keys are made, listed and revoked."""

import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

from chassis import pages
from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.logging import log
from contracts.api.access import ApiKey, MadeApiKey, NewApiKey, Role
from contracts.api.page import Page
from contracts.errors import InvalidInput, NotAllowed, UnknownApiKey
from gateway.access.identity import Identity
from gateway.settings import Settings
from gateway.store import api_keys, tenants
from gateway.store.api_keys import NewKey

_PREFIX = "rk_"
_FIRST_NAME = "admin"
_MOST_NAMES = 10


async def create(tx: Transaction, new: NewApiKey, *, by: Identity) -> MadeApiKey:
    """Make a key of 256 random bits; its secret is in this answer and nowhere else."""
    if new.role is Role.SUPER_ADMIN and by.role is not Role.SUPER_ADMIN:
        detail = "Only a super admin may make keys for super admins."
        raise NotAllowed(detail)
    secret = _new_secret()
    made = await api_keys.insert(tx, tx.tenant, NewKey(new.name, new.role, _hash(secret)))
    if made is None:
        message = "two keys of 256 random bits were equal"
        raise AssertionError(message)
    return MadeApiKey(**made.model_dump(), secret=secret)


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[ApiKey]:
    found = await api_keys.list_(tx, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.id)


async def find(tx: Transaction, key_id: str) -> ApiKey:
    found = await api_keys.find(tx, key_id) if _is_uuid(key_id) else None
    if found is None:
        raise _unknown(key_id)
    return found


async def revoke(tx: Transaction, key_id: str) -> None:
    if not (_is_uuid(key_id) and await api_keys.revoke(tx, key_id)):
        raise _unknown(key_id)


async def refuse_strangers(tx: Transaction, names: Sequence[str], *, roles: Iterable[Role], besides: str) -> None:
    """Refuse names that no valid key with one of the roles has; raises `InvalidInput`."""
    known = await api_keys.list_names(tx, [str(role) for role in roles]) | {besides}
    for place, name in enumerate(names):
        if name not in known:
            raise InvalidInput.at(f"to.{place}", f"{name!r} is nobody who may review; there are {_listed(known)}")


async def bootstrap(database: Database, settings: Settings) -> None:
    """See to it that a tenant and a super admin's key exist; a key that had to be made is logged this once."""
    given = settings.bootstrap_admin_key
    async with database.transaction(EVERY_TENANT) as tx:
        await tenants.insert(tx, settings.bootstrap_tenant, settings.bootstrap_tenant)
        if given is None and await api_keys.any_exists(tx):
            return
        secret = given.get_secret_value() if given else _new_secret()
        first = NewKey(_FIRST_NAME, Role.SUPER_ADMIN, _hash(secret))
        await api_keys.insert(tx, settings.bootstrap_tenant, first)
    if given is None:
        log().warning("admin_key.made", tenant=settings.bootstrap_tenant, api_key=secret, note="shown this once")


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return ", ".join(shown[:_MOST_NAMES]) + more


def _new_secret() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _unknown(key_id: str) -> UnknownApiKey:
    return UnknownApiKey(f"There is no API key {key_id!r}.")
