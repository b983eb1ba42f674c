"""Where people log in and out over HTTP, and see where else they are logged in."""

from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, Request, Response

from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.session import MadeSession, NewSession, Session
from contracts.api.user import AcceptedInvitation
from gateway.access import sessions
from gateway.access.identity import Held
from gateway.api import cookies, problems
from gateway.api.asker import Asker, PageOf, Somebody
from gateway.api.visitor import Coming

router = APIRouter(prefix="/v1", tags=["sessions"])


@router.post("/sessions", status_code=201)
async def log_in(coming: Coming, new: NewSession, request: Request, response: Response) -> MadeSession:
    """Log in with email and password; what is wrong is not told, and 429 says how long to wait after many mistakes."""
    if new.cookie:
        cookies.refuse_foreign(request, coming.desk.settings)
    async with coming.recorded() as entrant:
        made = await coming.desk.login.log_in(new, entrant)
    coming.desk.keyring.forget_sessions()
    return cookies.keep_session(response, made, coming.desk.settings) if new.cookie else made


@router.post("/invitations/accept", status_code=201, responses=problems.described((404,)))
async def accept_invitation(
    coming: Coming, accepted: AcceptedInvitation, request: Request, response: Response
) -> MadeSession:
    """Choose a password with the invitation that an admin gave you, once, and log in."""
    if accepted.cookie:
        cookies.refuse_foreign(request, coming.desk.settings)
    async with coming.recorded() as entrant:
        made = await coming.desk.login.accept(accepted, entrant)
    coming.desk.keyring.forget_sessions()
    return cookies.keep_session(response, made, coming.desk.settings) if accepted.cookie else made


@router.get("/sessions")
async def list_sessions(somebody: Somebody, page: PageOf) -> Page[Session]:
    """List your sessions that go on, newest first; a key has none."""
    held = somebody.identity.session
    if held is None:
        return Page(items=())
    async with _home(somebody, held) as tx:
        return await sessions.list_(tx, held.user_id, cursor=page.cursor, limit=page.limit, current=held.id)


@router.delete("/sessions", status_code=204)
async def end_other_sessions(somebody: Somebody) -> None:
    """Log out everywhere else."""
    held = sessions.own(somebody.identity)
    async with _home(somebody, held) as tx:
        await sessions.end_others(tx, held)
    somebody.desk.keyring.forget_sessions()


@router.delete("/sessions/current", status_code=204)
async def log_out(somebody: Somebody, response: Response) -> None:
    """End the session that comes with this request."""
    held = sessions.own(somebody.identity)
    async with _home(somebody, held) as tx:
        await sessions.end(tx, held, held.id)
    somebody.desk.keyring.forget_sessions()
    cookies.drop_session(response, somebody.desk.settings)


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(somebody: Somebody, session_id: str) -> None:
    """End one of your sessions."""
    held = sessions.own(somebody.identity)
    async with _home(somebody, held) as tx:
        await sessions.end(tx, held, session_id)
    somebody.desk.keyring.forget_sessions()


def _home(somebody: Asker, held: Held) -> AbstractAsyncContextManager[Transaction]:
    """Open a transaction of the tenant that somebody belongs to, whichever they work in."""
    return somebody.desk.parts.database.transaction(held.tenant, somebody.caller.cause)
