"""Where tenants are looked after over HTTP: made, changed, switched off and on again."""

from fastapi import APIRouter, Response

from contracts.api.page import Page
from contracts.api.tenant import NewTenant, Tenant, TenantChange, TenantUsage
from gateway.access import plans, tenants
from gateway.access.rights import Right
from gateway.api import revisions
from gateway.api.asker import Administrator, Asker, Governor, PageOf
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1/tenants", tags=["access"])


@router.get("")
async def list_tenants(governor: Governor, page: PageOf) -> Page[Tenant]:
    """List all tenants, by key."""
    async with governor.transaction() as tx:
        return await tenants.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=201)
async def create_tenant(governor: Governor, new: NewTenant, response: Response) -> Tenant:
    """Create a tenant; a super admin works in it with the header X-Ratchet-Tenant."""
    async with governor.transaction() as tx:
        made = await tenants.create(tx, new)
    governor.desk.keyring.forget()
    return revisions.tagged(response, made)


@router.get("/{tenant}")
async def show_tenant(administrator: Administrator, tenant: str, response: Response) -> Tenant:
    """Show a tenant; admins see their own."""
    _refuse_stranger(administrator, tenant)
    async with administrator.transaction() as tx:
        return revisions.tagged(response, await tenants.find(tx, tenant))


@router.get("/{tenant}/usage")
async def show_usage(administrator: Administrator, tenant: str) -> TenantUsage:
    """Show what the plan of a tenant allows, and how much of it there is; admins see their own."""
    _refuse_stranger(administrator, tenant)
    async with administrator.transaction() as tx:
        found = await tenants.find(tx, tenant)
    async with administrator.desk.parts.database.transaction(found.key, administrator.caller.cause) as tx:
        return await plans.usage(tx, found)


@router.patch("/{tenant}")
async def change_tenant(governor: Governor, tenant: str, change: TenantChange, edit: Editing) -> Tenant:
    """Change the name or the plan of a tenant, or switch it off and on; nothing of it is lost."""
    async with governor.transaction() as tx:
        changed = await tenants.change(tx, tenant, change, edit.expected)
    governor.desk.keyring.forget()
    await governor.desk.door.tell()
    return edit.answer(changed)


@router.delete("/{tenant}", status_code=204)
async def switch_tenant_off(governor: Governor, tenant: str, expected: Expected) -> None:
    """Switch a tenant off: its keys and sessions stop; `PATCH` with `active: true` switches it on again."""
    async with governor.transaction() as tx:
        await tenants.switch_off(tx, tenant, expected)
    governor.desk.keyring.forget()
    await governor.desk.door.tell()


def _refuse_stranger(asker: Asker, tenant: str) -> None:
    """Answer as if there were no other tenants to whoever is of one alone."""
    if tenant != asker.identity.tenant and Right.GOVERN not in asker.identity.rights:
        raise tenants.unknown(tenant)
