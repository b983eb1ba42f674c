"""Where it is found out who asks, from the key or the session that comes with a request."""

import time
from collections.abc import Callable, Mapping
from hashlib import sha256

from chassis.database import EVERY_TENANT, Database
from contracts.api.access import Role
from contracts.errors import ForgedRequest, NotAllowed, NotAuthenticated, UnknownTenant
from gateway.access import csrf_tokens, opening, rights, shown
from gateway.access.identity import Held, Identity
from gateway.access.limits import Limits, Rate
from gateway.access.memory import Memory
from gateway.access.shown import Shown
from gateway.store import key_secrets, sessions, tenants
from gateway.store.key_secrets import Owner
from gateway.store.tenants import Standing

Found = tuple[Owner, Held | None] | None

_STRANGERS = Rate(per_s=10, burst=100)
"""How many secrets that nobody has may be looked up for one network."""

_UNKNOWN = "This API key is not known, has expired, or was revoked."
_ENDED = "This session is not known, or has ended; log in again."


def _nowhere() -> str:
    return "unknown"


class Keyring:
    """All keys; one that was seen a moment ago costs no query."""

    def __init__(self, database: Database, *, fresh_s: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._owners = Memory[bytes, Found](self._find_owner, fresh_s=fresh_s)
        self._sessions = Memory[bytes, Found](self._find_session, fresh_s=fresh_s)
        self._standings = Memory[str, Standing | None](self._find_standing, fresh_s=fresh_s)
        self._strangers = Limits(_STRANGERS, _too_many, "unknown_keys_per_s")

    async def identify(
        self, headers: Mapping[bytes, bytes], network: Callable[[], str] = _nowhere, *, reading: bool = False
    ) -> Identity:
        """Say who asks; raises `NotAuthenticated`, or what is wrong with the tenant that was picked.

        A network that shows too much that nobody knows gets `TooManyRequests`, but for keys that were known lately.
        Where a browser shows a session by itself, whatever changes something has to prove that a page of ours sent it;
        otherwise raises `ForgedRequest`.
        """
        secret = shown.read(headers)
        owner, held = await self._valid(secret, network)
        if secret.by_browser and not reading:
            _refuse_forged(headers, secret)
        tenant = _pick(owner, headers.get(b"x-ratchet-tenant"))
        standing = await self._standing(owner, tenant)
        owned = rights.within(owner.role, owner.scopes)
        return Identity(
            owner.name, tenant, owner.role, owned, owner.person, standing.entitlements, held, open=standing.active
        )

    def forget(self) -> None:
        """Look everything up again, because keys, tenants or plans have changed."""
        self._owners.forget()
        self._standings.forget()
        self._sessions.forget()

    def forget_sessions(self) -> None:
        """Look sessions up again, because some have ended."""
        self._sessions.forget()

    async def _valid(self, secret: Shown, network: Callable[[], str]) -> tuple[Owner, Held | None]:
        found = await self._found(secret, network)
        if found is None or (found[0].until and found[0].until.timestamp() <= self._clock()):
            raise NotAuthenticated(_ENDED if secret.is_session else _UNKNOWN)
        return found

    async def _found(self, secret: Shown, network: Callable[[], str]) -> Found:
        """Look a secret up; those that were known lately cost no more than that.

        Others are counted before they are looked up, so that many at once are no way round; for whoever is known that
        is taken back.
        """
        memory, digest = self._sessions if secret.is_session else self._owners, sha256(secret.secret).digest()
        if memory.remembers(digest):
            return await memory.get(digest)
        whose = network()
        self._strangers.admit(whose)
        self._strangers.spend(whose, 1)
        is_stranger = False
        try:
            found = await memory.get(digest)
            is_stranger = found is None
        finally:
            if not is_stranger:
                self._strangers.spend(whose, -1)
        return found

    async def _standing(self, owner: Owner, tenant: str) -> Standing:
        """Give how the tenant stands; super admins may also look after one that is switched off."""
        standing = await self._standings.get(tenant)
        if standing is None:
            detail = f"There is no tenant {tenant!r}, which the header X-Ratchet-Tenant names."
            raise UnknownTenant(detail, tenant=tenant)
        opening.demand_switched_on(tenant, standing, owner.role)
        return standing

    async def _find_owner(self, digest: bytes) -> Found:
        async with self._database.transaction(EVERY_TENANT) as tx:
            owner = await key_secrets.find_owner(tx, digest)
            if owner:
                await key_secrets.note_use(tx, owner.id)
        return (owner, None) if owner else None

    async def _find_session(self, digest: bytes) -> Found:
        async with self._database.transaction(EVERY_TENANT) as tx:
            found = await sessions.find_owner(tx, digest)
            if found and found.is_due:
                await sessions.note_use(tx, found.owner.id)
        return (found.owner, Held(found.owner.id, found.user_id, found.owner.tenant)) if found else None

    async def _find_standing(self, key: str) -> Standing | None:
        async with self._database.transaction(EVERY_TENANT) as tx:
            return await tenants.find_standing(tx, key)


def _too_many(_: str, per_s: int, wait: int) -> str:
    return (
        f"More than {per_s:,} keys and sessions a second came from your network that nobody has; this one was not "
        f"looked at. Please send it again in {wait:,} s."
    )


def _pick(owner: Owner, header: bytes | None) -> str:
    """Give the tenant that is worked in: one's own, or whichever a super admin names."""
    picked = owner.tenant if header is None else header.decode("latin-1")
    if picked != owner.tenant and owner.role is not Role.SUPER_ADMIN:
        detail = f"This key belongs to the tenant {owner.tenant!r}; only a super admin may pick another one."
        raise NotAllowed(detail, tenant=owner.tenant)
    return picked


def _refuse_forged(headers: Mapping[bytes, bytes], secret: Shown) -> None:
    csrf = headers.get(b"x-csrf-token", b"").decode("latin-1")
    if not csrf_tokens.proves(csrf, secret.secret):
        raise ForgedRequest("Send the session's csrf_token in the header X-CSRF-Token; GET /v1/me tells it.")
