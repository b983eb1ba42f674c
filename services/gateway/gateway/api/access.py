"""Where people see who they are over HTTP, and admins look after keys and tenants."""

from fastapi import APIRouter

from contracts.api.access import ApiKey, MadeApiKey, Me, NewApiKey, NewTenant, Tenant
from contracts.api.page import Page
from gateway.access import keys, rights, tenants
from gateway.access.rights import Right
from gateway.api.asker import Administrator, Anyone, Governor, PageOf

router = APIRouter(prefix="/v1", tags=["access"])


@router.get("/me")
async def who_am_i(anyone: Anyone) -> Me:
    """Say who the key belongs to, and what it may do."""
    identity = anyone.identity
    owned = rights.rights_of(identity.role)
    return Me(
        actor=identity.actor,
        tenant=identity.tenant,
        role=identity.role,
        rights=tuple(owned),
        can_train=Right.TRAIN in owned,
    )


@router.get("/api-keys")
async def list_keys(administrator: Administrator, page: PageOf) -> Page[ApiKey]:
    """List the keys of the tenant, newest first, revoked ones too."""
    async with administrator.transaction() as tx:
        return await keys.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("/api-keys", status_code=201)
async def make_key(administrator: Administrator, new: NewApiKey) -> MadeApiKey:
    """Make a key; its secret is shown in this answer and never again."""
    async with administrator.transaction() as tx:
        return await keys.create(tx, new, by=administrator.identity)


@router.get("/api-keys/{key_id}")
async def show_key(administrator: Administrator, key_id: str) -> ApiKey:
    """Show one key, without its secret."""
    async with administrator.transaction() as tx:
        return await keys.find(tx, key_id)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_key(administrator: Administrator, key_id: str) -> None:
    """Revoke a key for good."""
    async with administrator.transaction() as tx:
        await keys.revoke(tx, key_id)
    administrator.desk.keyring.forget()


@router.get("/tenants")
async def list_tenants(governor: Governor, page: PageOf) -> Page[Tenant]:
    """List all tenants, by key."""
    async with governor.transaction() as tx:
        return await tenants.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("/tenants", status_code=201)
async def create_tenant(governor: Governor, new: NewTenant) -> Tenant:
    """Create a tenant; a super admin works in it with the header X-Ratchet-Tenant."""
    async with governor.transaction() as tx:
        made = await tenants.create(tx, new)
    governor.desk.keyring.forget()
    return made
