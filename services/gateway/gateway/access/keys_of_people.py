"""Where it is seen which keys count as somebody, and these are revoked with whoever they count as."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.access import ApiKey
from contracts.api.audit import AuditOutcome
from contracts.api.page import Page
from gateway.access import granting, rights
from gateway.access.entrant import person_of
from gateway.access.identity import Identity
from gateway.store import audit
from gateway.store import keys_of_people as store
from gateway.store.audit import NewEntry

_METHOD, _ROUTE, _DONE = "DELETE", "/v1/api-keys/{key_id}", 204


async def list_(tx: Transaction, user_id: str, *, cursor: str | None, limit: int) -> Page[ApiKey]:
    """Give the valid keys of the tenant that somebody made, or gave a secret last, newest first."""
    found = await store.list_(tx, person_of(user_id), before=pages.uuid(cursor), limit=limit + 1)
    shown = [key.model_copy(update={"rights": rights.ordered(rights.within(key.role, key.scopes))}) for key in found]
    return pages.cut(shown, limit, lambda each: each.id)


async def revoke(tx: Transaction, user_id: str, *, by: Identity) -> None:
    """Revoke them all, each with a line in the audit log; raises `NotAllowed` for those of super admins."""
    for key in await store.revoke(tx, person_of(user_id)):
        granting.demand_rank(by, key.role)
        await audit.insert(tx, _line(key.id, tx, by))


def _line(key_id: str, tx: Transaction, by: Identity) -> NewEntry:
    """Give the line that revoking this key alone would have left, but with the id of the request that did it."""
    return NewEntry(
        actor=by.actor,
        person=by.person,
        action=f"{_METHOD} {_ROUTE}",
        target=_ROUTE.format(key_id=key_id),
        status=_DONE,
        outcome=AuditOutcome.DONE,
        latency_ms=0,
        request_id=tx.cause.correlation_id,
    )
