"""Where people and applications see who they are over HTTP, and people change their password."""

from fastapi import APIRouter, Request

from contracts.api.access import Me
from contracts.api.session import PasswordChange
from gateway.access import csrf_tokens, rights, shown, training
from gateway.api import visitor
from gateway.api.asker import Asker, Somebody
from gateway.store import accounts

router = APIRouter(prefix="/v1/me", tags=["access"])


@router.get("")
async def who_am_i(somebody: Somebody, request: Request) -> Me:
    """Say who asks, and what they may do."""
    identity = somebody.identity
    return Me(
        actor=identity.actor,
        tenant=identity.tenant,
        role=identity.role,
        rights=rights.ordered(identity.rights),
        can_train=training.is_possible(identity, somebody.settings),
        user_id=identity.session.user_id if identity.session else None,
        session_id=identity.session.id if identity.session else None,
        email=await _email(somebody),
        csrf_token=_csrf_token(request),
    )


@router.post("/password", status_code=204)
async def change_password(somebody: Somebody, change: PasswordChange, request: Request) -> None:
    """Change your password; all your other sessions end."""
    here = visitor.arrived(somebody.desk, request.scope, dict(request.scope["headers"]), "")
    await somebody.desk.login.change(somebody.identity, change, here.entrant)
    somebody.desk.keyring.forget_sessions()


async def _email(somebody: Asker) -> str | None:
    held = somebody.identity.session
    if held is None:
        return None
    async with somebody.desk.parts.database.transaction(held.tenant) as tx:
        found = await accounts.find(tx, held.tenant, held.user_id)
    return found.email if found else None


def _csrf_token(request: Request) -> str | None:
    secret = shown.read(dict(request.scope["headers"]))
    return csrf_tokens.of(secret.secret) if secret.by_browser else None
