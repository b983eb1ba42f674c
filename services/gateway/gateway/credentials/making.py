"""Where credentials are made, listed and revoked."""

from chassis import nkey, pages
from chassis.database import Transaction
from contracts import applications
from contracts.api.access import Right
from contracts.api.nats_credential import MadeNatsCredential, NatsCredential, NewNatsCredential
from contracts.api.page import Page
from contracts.errors import NameTaken, TooManyNatsCredentials, UnknownNatsCredential
from contracts.ids import known_form
from gateway.access import granting, names
from gateway.access.identity import Identity
from gateway.settings import Settings
from gateway.store import nats_credentials as store
from gateway.store.nats_credentials import Credential, NewCredential

_REPORTS = frozenset({Right.RESOLVE, Right.LOG})
_WATCHES = _REPORTS | {Right.READ}
"""The rights of an application over NATS: what it may do without events, and with them."""


async def create(tx: Transaction, new: NewNatsCredential, settings: Settings, *, by: Identity) -> MadeNatsCredential:
    """Make a credential; its seed is in this answer and nowhere else. Nobody gives more rights than they have."""
    granting.demand_own(by, _WATCHES if new.events else _REPORTS)
    await store.lock(tx)
    if await store.count(tx) >= settings.nats_applications:
        detail = f"The tenant {tx.tenant!r} has {settings.nats_applications:,} NATS credentials; revoke one first."
        raise TooManyNatsCredentials(detail, limit=settings.nats_applications)
    seed = nkey.new_seed()
    made = await store.insert(tx, NewCredential(new.name, names.key(new.name), nkey.public_key(seed), new.events))
    if made is None:
        raise NameTaken(f"name: {new.name!r} is the name of another NATS credential of this tenant.")
    url = settings.nats_public_url or settings.nats_url
    return MadeNatsCredential(**_shown(made).model_dump(), seed=seed, url=url, admitted=False)


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[NatsCredential]:
    found = await store.list_(tx, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut([_shown(each) for each in found], limit, lambda each: each.id)


async def find(tx: Transaction, credential_id: str) -> NatsCredential:
    known = known_form(credential_id)
    found = await store.find(tx, known) if known else None
    if found is None:
        raise _unknown(credential_id)
    return _shown(found)


async def revoke(tx: Transaction, credential_id: str) -> None:
    known = known_form(credential_id)
    if not (known and await store.revoke(tx, known)):
        raise _unknown(credential_id)


def _shown(credential: Credential) -> NatsCredential:
    key = credential.public_key
    allowed = applications.permissions(credential.tenant, key, events=credential.events)
    return NatsCredential(
        id=credential.id,
        tenant=credential.tenant,
        name=credential.name,
        events=credential.events,
        public_key=key,
        inbox_prefix=applications.inbox(key),
        publish=allowed.publish,
        subscribe=allowed.subscribe,
        created_by=credential.created_by,
        created_at=credential.created_at,
        revoked_at=credential.revoked_at,
        revoked_by=credential.revoked_by,
    )


def _unknown(credential_id: str) -> UnknownNatsCredential:
    return UnknownNatsCredential(f"There is no NATS credential {credential_id!r}.")
