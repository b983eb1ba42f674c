"""Where tenants are made, changed, switched off and on again."""

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.tenant import NewTenant, Tenant, TenantChange
from contracts.errors import InvalidInput, TenantExists, UnknownTenant
from gateway.access import standings
from gateway.store import plans, tenants

_OFF = TenantChange(active=False)


async def create(tx: Transaction, new: NewTenant) -> Tenant:
    await _demand_plan(tx, new.plan)
    made = await tenants.insert(tx, new.key, new.name or new.key, new.plan)
    if made is None:
        detail = f"There is a tenant {new.key!r} already."
        raise TenantExists(detail)
    await standings.make_known(tx, [new.key])
    return made


async def find(tx: Transaction, key: str) -> Tenant:
    found = await tenants.find(tx, key)
    if found is None:
        raise unknown(key)
    return found


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Tenant]:
    found = await tenants.list_(tx, after=pages.key(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.key)


async def change(tx: Transaction, key: str, wanted: TenantChange, expected_revision: int | None) -> Tenant:
    """Change what is given; a tenant that is switched off keeps all it has, and can be switched on again."""
    await tenants.lock(tx, key)
    tenant = await find(tx, key)
    editions.refuse_stale(expected_revision, tenant.revision, f"The tenant {key!r}")
    changed = tenant.model_copy(update=wanted.given)
    if changed == tenant:
        return tenant
    await _demand_plan(tx, changed.plan)
    await tenants.settle(tx, changed)
    await standings.make_known(tx, [key])
    return await find(tx, key)


async def switch_off(tx: Transaction, key: str, expected_revision: int | None) -> Tenant:
    """Stop the keys and sessions of a tenant; nothing of it is lost."""
    return await change(tx, key, _OFF, expected_revision)


def unknown(key: str) -> UnknownTenant:
    """Give the refusal of what is about a tenant that does not exist, or of whoever may not know that it does."""
    return UnknownTenant(f"There is no tenant {key!r}.", tenant=key)


async def _demand_plan(tx: Transaction, plan: str) -> None:
    if not await plans.hold(tx, plan):
        raise InvalidInput.at("plan", f"there is no plan {plan!r}")
