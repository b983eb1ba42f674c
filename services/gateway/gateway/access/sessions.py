"""Where sessions begin and end."""

from collections.abc import Sequence

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.session import LoginMethod, MadeSession, Session
from contracts.errors import UnknownSession
from contracts.ids import known_form
from gateway.access import tokens
from gateway.access.entrant import Entrant
from gateway.access.identity import Held, Identity
from gateway.settings import Settings
from gateway.store import accounts, sessions
from gateway.store.sessions import NewRow
from gateway.store.users import Account

_LONGEST_AGENT = 200


async def start(
    tx: Transaction, account: Account, entrant: Entrant, method: LoginMethod, settings: Settings
) -> MadeSession:
    """Begin a session; its secret is in this answer and nowhere else. Of too many, the one that rests longest ends."""
    token = tokens.new(tokens.SESSION)
    agent = "".join(filter(str.isprintable, entrant.user_agent))[:_LONGEST_AGENT]
    row = NewRow(account.tenant, account.id, tokens.digest(token), method, entrant.address, agent)
    await accounts.note_seen(tx, account)
    made = await sessions.insert(
        tx, row, idle_hours=settings.session_idle_hours, longest_hours=settings.session_max_hours
    )
    await sessions.end_idlest(tx, account.tenant, account.id, most=settings.sessions_per_user)
    return MadeSession(**made.model_dump(), name=account.name, role=account.role, token=token)


def own(identity: Identity) -> Held:
    """Give the session with which somebody asks; raises `UnknownSession` without one."""
    if identity.session is None:
        raise UnknownSession("You have not logged in: a key has no session, and no password.")
    return identity.session


async def list_(tx: Transaction, user_id: str, *, cursor: str | None, limit: int, current: str | None) -> Page[Session]:
    found = await sessions.list_(tx, user_id, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut(_marked(found, current), limit, lambda each: each.id)


async def end(tx: Transaction, held: Held, session_id: str) -> None:
    """End one of one's own sessions; raises `UnknownSession`."""
    known = known_form(session_id)
    if not (known and await sessions.end(tx, held.tenant, held.user_id, known)):
        raise UnknownSession(f"You have no session {session_id!r}.")


async def end_others(tx: Transaction, held: Held) -> None:
    """End all of one's own sessions but the present one."""
    await sessions.end_all(tx, held.tenant, held.user_id, besides=held.id)


def _marked(found: Sequence[Session], current: str | None) -> list[Session]:
    return [each.model_copy(update={"current": each.id == current}) for each in found]
