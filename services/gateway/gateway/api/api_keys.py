"""Where admins look after API keys over HTTP."""

from fastapi import APIRouter, Response

from contracts.api.access import ApiKey, ApiKeyChange, MadeApiKey, NewApiKey, Rotation
from contracts.api.page import Page
from gateway.access import keys
from gateway.api import revisions
from gateway.api.asker import Administrator, PageOf
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1", tags=["access"])

_USUAL = Rotation()


@router.get("/api-keys")
async def list_keys(administrator: Administrator, page: PageOf) -> Page[ApiKey]:
    """List the keys of the tenant, newest first, revoked ones too."""
    async with administrator.transaction() as tx:
        return await keys.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("/api-keys", status_code=201)
async def make_key(administrator: Administrator, new: NewApiKey, response: Response) -> MadeApiKey:
    """Make a key; its secret is shown in this answer and never again. Nobody gives more rights than they have."""
    async with administrator.transaction() as tx:
        return revisions.tagged(response, await keys.create(tx, new, by=administrator.identity))


@router.get("/api-keys/{key_id}")
async def show_key(administrator: Administrator, key_id: str, response: Response) -> ApiKey:
    """Show one key, without its secret."""
    async with administrator.transaction() as tx:
        return revisions.tagged(response, await keys.find(tx, key_id))


@router.patch("/api-keys/{key_id}")
async def change_key(administrator: Administrator, key_id: str, change: ApiKeyChange, edit: Editing) -> ApiKey:
    """Change the name, the role, the scopes or the expiry of a key; its secret stays."""
    async with administrator.transaction() as tx:
        changed = await keys.change(tx, key_id, change, edit.expected, by=administrator.identity)
    administrator.desk.keyring.forget()
    return edit.answer(changed)


@router.post("/api-keys/{key_id}/rotate")
async def rotate_key(
    administrator: Administrator, key_id: str, edit: Editing, rotation: Rotation = _USUAL
) -> MadeApiKey:
    """Give a key another secret, shown this once; the one before stays valid for the minutes of grace."""
    async with administrator.transaction() as tx:
        rotated = await keys.rotate(tx, key_id, rotation, edit.expected, by=administrator.identity)
    administrator.desk.keyring.forget()
    return edit.answer(rotated)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_key(administrator: Administrator, key_id: str, expected: Expected) -> None:
    """Revoke a key for good."""
    async with administrator.transaction() as tx:
        await keys.revoke(tx, key_id, expected, by=administrator.identity)
    administrator.desk.keyring.forget()
