"""Where it is found out who asks, from the key that comes with a request."""

from collections.abc import Mapping
from hashlib import sha256

from chassis.database import EVERY_TENANT, Database
from contracts.api.access import Role
from contracts.errors import NotAllowed, NotAuthenticated, UnknownTenant
from gateway.access.identity import Identity
from gateway.access.memory import Memory
from gateway.store import api_keys, tenants
from gateway.store.api_keys import Owner

_SCHEME = b"bearer "


class Keyring:
    """All keys; one that was seen a moment ago costs no query."""

    def __init__(self, database: Database, *, fresh_s: float) -> None:
        self._database = database
        self._owners = Memory[bytes, Owner | None](self._find_owner, fresh_s=fresh_s)
        self._tenants = Memory[str, bool](self._tenant_exists, fresh_s=fresh_s)

    async def identify(self, headers: Mapping[bytes, bytes]) -> Identity:
        """Say who asks; raises `NotAuthenticated`, or what is wrong with the tenant that was picked."""
        owner = await self._owners.get(sha256(_secret(headers)).digest())
        if owner is None:
            detail = "This API key is not known, or was revoked."
            raise NotAuthenticated(detail)
        picked = headers.get(b"x-ratchet-tenant")
        tenant = owner.tenant if picked is None else await self._pick(owner, picked.decode("latin-1"))
        return Identity(owner.name, tenant, owner.role)

    def forget(self) -> None:
        """Look everything up again, because keys or tenants have changed."""
        self._owners.forget()
        self._tenants.forget()

    async def _pick(self, owner: Owner, picked: str) -> str:
        if picked == owner.tenant:
            return picked
        if owner.role is not Role.SUPER_ADMIN:
            detail = f"This key belongs to the tenant {owner.tenant!r}; only a super admin may pick another one."
            raise NotAllowed(detail, tenant=owner.tenant)
        if not await self._tenants.get(picked):
            detail = f"There is no tenant {picked!r}, which the header X-Ratchet-Tenant names."
            raise UnknownTenant(detail, tenant=picked)
        return picked

    async def _find_owner(self, digest: bytes) -> Owner | None:
        async with self._database.transaction(EVERY_TENANT) as tx:
            return await api_keys.find_owner(tx, digest)

    async def _tenant_exists(self, key: str) -> bool:
        async with self._database.transaction(EVERY_TENANT) as tx:
            return await tenants.exists(tx, key)


def _secret(headers: Mapping[bytes, bytes]) -> bytes:
    written = headers.get(b"authorization", b"")
    if written[: len(_SCHEME)].lower() != _SCHEME:
        detail = "Send an API key in the header: Authorization: Bearer <key>."
        raise NotAuthenticated(detail)
    return written[len(_SCHEME) :].strip()
