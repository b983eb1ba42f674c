"""Where tenants are made and listed."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.access import NewTenant, Tenant
from contracts.api.page import Page
from contracts.errors import TenantExists
from gateway.store import tenants


async def create(tx: Transaction, new: NewTenant) -> Tenant:
    made = await tenants.insert(tx, new.key, new.name or new.key)
    if made is None:
        detail = f"There is a tenant {new.key!r} already."
        raise TenantExists(detail)
    return made


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Tenant]:
    found = await tenants.list_(tx, after=cursor, limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.key)
