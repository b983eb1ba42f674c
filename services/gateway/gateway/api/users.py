"""Where admins look after people over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.access import ApiKey
from contracts.api.page import Page
from contracts.api.session import Session
from contracts.api.user import InvitedUser, NewUser, User, UserChange
from gateway.access import keys_of_people, people, sessions
from gateway.api import revisions
from gateway.api.asker import Administrator, PageOf
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1/users", tags=["users"])

WithKeys = Annotated[bool, Query(description="Whether to revoke the API keys of the tenant that count as them, too.")]


@router.get("")
async def list_users(administrator: Administrator, page: PageOf) -> Page[User]:
    """List the people of the tenant, newest first."""
    async with administrator.transaction() as tx:
        return await people.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=201)
async def invite_user(administrator: Administrator, new: NewUser, response: Response) -> InvitedUser:
    """Add somebody; the invitation in this answer, shown once, lets them choose a password."""
    async with administrator.transaction() as tx:
        made = await people.invite(tx, new, administrator.desk.settings, by=administrator.identity)
    return revisions.tagged(response, made)


@router.get("/{user_id}")
async def show_user(administrator: Administrator, user_id: str, response: Response) -> User:
    """Show one of the people."""
    async with administrator.transaction() as tx:
        return revisions.tagged(response, await people.find(tx, user_id))


@router.patch("/{user_id}")
async def change_user(administrator: Administrator, user_id: str, change: UserChange, edit: Editing) -> User:
    """Change name, email or role; or let somebody in no more, which ends all their sessions."""
    async with administrator.transaction() as tx:
        changed = await people.change(tx, user_id, change, edit.expected, by=administrator.identity)
    administrator.desk.keyring.forget()
    return edit.answer(changed)


@router.delete("/{user_id}", status_code=204)
async def remove_user(
    administrator: Administrator, user_id: str, expected: Expected, *, revoke_keys: WithKeys = False
) -> None:
    """Take somebody away for good; histories go on naming them, and nobody else gets the name."""
    async with administrator.transaction() as tx:
        await people.remove(tx, user_id, expected, by=administrator.identity, revoke_keys=revoke_keys)
    administrator.desk.keyring.forget()


@router.post("/{user_id}/invitation", status_code=201)
async def invite_again(administrator: Administrator, user_id: str, response: Response) -> InvitedUser:
    """Give somebody a new invitation, such as one who has forgotten the password; an older one is void."""
    async with administrator.transaction() as tx:
        made = await people.invite_again(tx, user_id, administrator.desk.settings, by=administrator.identity)
    return revisions.tagged(response, made)


@router.get("/{user_id}/keys")
async def list_keys_of(administrator: Administrator, user_id: str, page: PageOf) -> Page[ApiKey]:
    """List the valid API keys of the tenant that count as somebody, as they made them or gave them a secret last."""
    async with administrator.transaction() as tx:
        user = await people.find(tx, user_id)
        return await keys_of_people.list_(tx, user.id, cursor=page.cursor, limit=page.limit)


@router.get("/{user_id}/sessions")
async def list_sessions_of(administrator: Administrator, user_id: str, page: PageOf) -> Page[Session]:
    """List the sessions of somebody that go on, newest first."""
    async with administrator.transaction() as tx:
        user = await people.find(tx, user_id)
        return await sessions.list_(tx, user.id, cursor=page.cursor, limit=page.limit, current=None)


@router.delete("/{user_id}/sessions", status_code=204)
async def end_sessions_of(administrator: Administrator, user_id: str) -> None:
    """Log somebody out everywhere."""
    async with administrator.transaction() as tx:
        await people.end_sessions(tx, user_id, by=administrator.identity)
    administrator.desk.keyring.forget_sessions()
