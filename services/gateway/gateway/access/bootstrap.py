"""Where it is seen to that somebody can come in at all: the first tenant, and a super admin's key."""

from itertools import count

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.logging import log
from contracts.api.access import Role
from contracts.api.plan import DEFAULT_PLAN
from gateway.access import tokens
from gateway.settings import Settings
from gateway.store import api_keys, key_secrets, tenants
from gateway.store.api_keys import NewKey

_NAME = "admin"


async def ensure(database: Database, settings: Settings) -> None:
    """Make the first tenant and a super admin's key where they are missing; a key that was not given is logged once."""
    given = settings.bootstrap_admin_key
    tenant = settings.bootstrap_tenant
    async with database.transaction(EVERY_TENANT) as tx:
        await tenants.insert(tx, tenant, tenant, DEFAULT_PLAN)
        await tenants.lock(tx, tenant)
        if given is None and await api_keys.super_admin_exists(tx):
            return
        secret = given.get_secret_value() if given else tokens.new(tokens.API_KEY)
        await _add(tx, tenant, secret)
    if given is None:
        log().warning("admin_key.made", tenant=tenant, api_key=secret, note="shown this once")


async def _add(tx: Transaction, tenant: str, secret: str) -> None:
    """Add a key with a name that is free, unless it is known: one that was revoked or changed stays so."""
    sha256 = tokens.digest(secret)
    if await key_secrets.is_known(tx, sha256):
        return
    for number in count(1):
        name = _NAME if number == 1 else f"{_NAME}-{number}"
        if await api_keys.insert(tx, tenant, NewKey(name, Role.SUPER_ADMIN, sha256, bootstrap=True)):
            return
