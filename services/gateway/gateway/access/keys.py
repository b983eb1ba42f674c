"""Where API keys are made, listed, changed, given new secrets, and revoked."""

from datetime import UTC, datetime

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.access import ApiKey, ApiKeyChange, MadeApiKey, NewApiKey, Rotation
from contracts.api.page import Page
from contracts.errors import InvalidInput, KeyRevoked, UnknownApiKey
from contracts.ids import known_form
from gateway.access import granting, names, plans, rights, tokens
from gateway.access.identity import Identity
from gateway.access.plans import Countable
from gateway.store import api_keys, key_secrets
from gateway.store.api_keys import NewKey


async def create(tx: Transaction, new: NewApiKey, *, by: Identity) -> MadeApiKey:
    """Make a key of 256 random bits; its secret is in this answer and nowhere else."""
    scopes = granting.tidy(new.role, new.scopes)
    granting.demand(by, new.role, scopes)
    _demand_future(new.expires_at)
    await names.hold(tx)
    await api_keys.revoke_expired(tx)
    await plans.demand_room(tx, Countable.KEYS)
    await names.demand_free(tx, new.name)
    secret = tokens.new(tokens.API_KEY)
    wanted = NewKey(new.name, new.role, tokens.digest(secret), scopes, new.expires_at, granting.person_of(by))
    made = await api_keys.insert(tx, tx.tenant, wanted)
    if made is None:
        message = "two keys of 256 random bits were equal, or a name was taken that was free"
        raise AssertionError(message)
    return _told(made, secret)


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[ApiKey]:
    found = await api_keys.list_(tx, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut([_shown(each) for each in found], limit, lambda each: each.id)


async def find(tx: Transaction, key_id: str) -> ApiKey:
    known = known_form(key_id)
    found = await api_keys.find(tx, known) if known else None
    if found is None:
        raise UnknownApiKey(f"There is no API key {key_id!r}.")
    return _shown(found)


async def change(
    tx: Transaction, key_id: str, wanted: ApiKeyChange, expected_revision: int | None, *, by: Identity
) -> ApiKey:
    """Change what is given; nobody makes a key able to do more than they may themselves."""
    await names.hold(tx)
    key = await _find_usable(tx, key_id, expected_revision)
    changed = key.model_copy(update=wanted.given)
    changed = changed.model_copy(update={"scopes": granting.tidy(changed.role, changed.scopes)})
    if changed == key:
        return key
    granting.demand(by, key.role, key.scopes)
    granting.demand(by, changed.role, changed.scopes)
    if "expires_at" in wanted.model_fields_set:
        _demand_future(wanted.expires_at)
    await names.demand_free(tx, changed.name, besides=key.id)
    await api_keys.settle(tx, changed)
    return await find(tx, key_id)


async def rotate(
    tx: Transaction, key_id: str, rotation: Rotation, expected_revision: int | None, *, by: Identity
) -> MadeApiKey:
    """Give a key another secret; the one before stays valid for a while, so that it can be exchanged everywhere."""
    key = await _find_usable(tx, key_id, expected_revision)
    granting.demand(by, key.role, key.scopes)
    secret = tokens.new(tokens.API_KEY)
    await key_secrets.shorten(tx, key.id, grace_minutes=rotation.grace_minutes)
    await key_secrets.retire(tx, key.id, grace_minutes=rotation.grace_minutes)
    await key_secrets.renew(tx, key.id, tokens.digest(secret), granting.person_of(by))
    return _told(await find(tx, key_id), secret)


async def revoke(tx: Transaction, key_id: str, expected_revision: int | None, *, by: Identity) -> None:
    """Revoke a key for good; one that was revoked stays so."""
    key = await find(tx, key_id)
    await api_keys.lock(tx, key.id)
    key = await find(tx, key_id)
    editions.refuse_stale(expected_revision, key.revision, f"The key {key.name!r}")
    granting.demand_rank(by, key.role)
    await api_keys.revoke(tx, key.id)


async def _find_usable(tx: Transaction, key_id: str, expected_revision: int | None) -> ApiKey:
    """Give a key that nobody else can change before the transaction ends; raises `KeyRevoked`."""
    found = await find(tx, key_id)
    await api_keys.lock(tx, found.id)
    key = await find(tx, found.id)
    editions.refuse_stale(expected_revision, key.revision, f"The key {key.name!r}")
    if key.revoked_at:
        raise KeyRevoked(f"The key {key.name!r} was revoked, which is for good; make another one.")
    return key


def _demand_future(expiry: datetime | None) -> None:
    if expiry and expiry <= datetime.now(UTC):
        raise InvalidInput.at("expires_at", "must lie in the future")


def _shown(key: ApiKey) -> ApiKey:
    return key.model_copy(update={"rights": rights.ordered(rights.within(key.role, key.scopes))})


def _told(key: ApiKey, secret: str) -> MadeApiKey:
    return MadeApiKey(**_shown(key).model_dump(), secret=secret)
