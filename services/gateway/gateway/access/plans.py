"""Where plans are made, changed and held to: what a tenant may have, and how much of it."""

from enum import StrEnum

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.plan import DEFAULT_PLAN, Entitlements, NewPlan, Plan, PlanChange
from contracts.api.tenant import Tenant, TenantUsage
from contracts.errors import LimitReached, PlanExists, PlanInUse, UnknownPlan
from gateway.access import standings
from gateway.store import plans, tenants


class Countable(StrEnum):
    """What a plan may limit the number of, as far as the gateway counts it: tasks are counted by the registry."""

    KEYS = "keys"
    USERS = "users"


async def create(tx: Transaction, new: NewPlan) -> Plan:
    if not await plans.insert(tx, new):
        raise PlanExists(f"There is a plan {new.key!r} already.", plan=new.key)
    return await find(tx, new.key)


async def find(tx: Transaction, key: str) -> Plan:
    found = await plans.find(tx, key)
    if found is None:
        raise _unknown(key)
    return found


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[Plan]:
    found = await plans.list_(tx, after=pages.key(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.key)


async def change(tx: Transaction, key: str, wanted: PlanChange, expected_revision: int | None) -> Plan:
    """Change what is given; it holds for all tenants of the plan from now on."""
    if not await plans.lock(tx, key):
        raise _unknown(key)
    plan = await find(tx, key)
    editions.refuse_stale(expected_revision, plan.revision, f"The plan {key!r}")
    changed = plan.model_copy(update=wanted.given)
    if changed == plan:
        return plan
    await plans.settle(tx, changed)
    if changed.ai_training_enabled != plan.ai_training_enabled:
        await standings.make_known(tx, await tenants.list_keys_of_plan(tx, key))
    return await find(tx, key)


async def delete(tx: Transaction, key: str, expected_revision: int | None) -> None:
    if not await plans.lock(tx, key):
        raise _unknown(key)
    plan = await find(tx, key)
    editions.refuse_stale(expected_revision, plan.revision, f"The plan {key!r}")
    if key == DEFAULT_PLAN:
        raise PlanInUse(f"The plan {key!r} is the one of new tenants, and stays.", plan=key)
    if plan.tenants:
        detail = f"The plan {key!r} is that of {plan.tenants:,} tenants; give them another one first."
        raise PlanInUse(detail, plan=key, tenants=plan.tenants)
    await plans.delete(tx, key)


async def usage(tx: Transaction, tenant: Tenant) -> TenantUsage:
    """Give how much the tenant of this transaction has of what its plan limits, besides tasks."""
    standing = await tenants.find_standing(tx, tx.tenant)
    entitled = standing.entitlements if standing else Entitlements()
    keys, users = await tenants.count_used(tx)
    return TenantUsage(tenant=tenant.key, plan=tenant.plan, entitlements=entitled, keys=keys, users=users)


async def demand_room(tx: Transaction, what: Countable) -> None:
    """Refuse one more where the tenant's plan does not allow it; raises `LimitReached`.

    Nobody else can add what is counted before the transaction ends, so that two at once are not both the last one.
    """
    await tenants.lock(tx, tx.tenant)
    standing = await tenants.find_standing(tx, tx.tenant)
    limit = _limit_of(standing.entitlements, what) if standing else None
    if limit is None:
        return
    keys, users = await tenants.count_used(tx)
    if (keys if what is Countable.KEYS else users) >= limit:
        raise _full(what, limit)


def _limit_of(entitled: Entitlements, what: Countable) -> int | None:
    """Give how many of something a plan allows; None: as many as one likes."""
    return entitled.max_keys if what is Countable.KEYS else entitled.max_users


def _full(what: Countable, limit: int) -> LimitReached:
    """Give the refusal of one more."""
    detail = (
        f"The plan of this tenant allows {limit:,} {what} at most, and there are as many. "
        "Take one away first, or have a super admin choose another plan."
    )
    return LimitReached(detail, what=str(what), limit=limit)


def _unknown(key: str) -> UnknownPlan:
    return UnknownPlan(f"There is no plan {key!r}.", plan=key)
