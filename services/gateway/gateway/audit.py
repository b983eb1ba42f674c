"""Where it is written down who did what, and looked up again until it is forgotten."""

from chassis import pages
from chassis.database import Database, Transaction
from contracts.api.audit import AuditEntry, AuditOutcome
from contracts.api.page import Page
from gateway.store import audit as store
from gateway.store.audit import NewEntry, Wanted

__all__ = ["NewEntry", "Wanted", "list_", "outcome_of", "record"]

_FIRST_REFUSAL = 400
_FIRST_FAILURE = 500


async def record(database: Database, tenant: str, entry: NewEntry) -> None:
    async with database.transaction(tenant) as tx:
        await store.insert(tx, entry)


async def list_(tx: Transaction, wanted: Wanted, *, before: str | None, limit: int) -> Page[AuditEntry]:
    found = await store.list_(tx, wanted, before=before, limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.id)


def outcome_of(status: int) -> AuditOutcome:
    if status < _FIRST_REFUSAL:
        return AuditOutcome.DONE
    return AuditOutcome.REFUSED if status < _FIRST_FAILURE else AuditOutcome.FAILED
