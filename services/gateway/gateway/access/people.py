"""Where people are invited, listed, changed and removed."""

from chassis import editions, pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.user import InvitedUser, NewUser, User, UserChange
from contracts.errors import EmailTaken, InvalidInput, OwnAccount, UnknownUser
from contracts.ids import known_form
from gateway.access import granting, invitations, keys_of_people, names, plans
from gateway.access.entrant import person_of
from gateway.access.identity import Identity
from gateway.access.plans import Countable
from gateway.settings import Settings
from gateway.store import sessions as sessions_store
from gateway.store import users
from gateway.store.users import NewRow


async def invite(tx: Transaction, new: NewUser, settings: Settings, *, by: Identity) -> InvitedUser:
    """Add somebody, with an invitation to choose a password; raises `NameTaken`, `EmailTaken`, `NotAllowed`."""
    granting.demand(by, new.role, None)
    await names.hold(tx)
    await plans.demand_room(tx, Countable.USERS)
    await names.demand_free(tx, new.name)
    made = await users.insert(tx, tx.tenant, NewRow(new.name, names.key(new.name), new.email, new.role))
    if made is None:
        raise _email_taken(new.email)
    return await invitations.make(tx, made, settings)


async def invite_again(tx: Transaction, user_id: str, settings: Settings, *, by: Identity) -> InvitedUser:
    """Give somebody a new invitation, because the old one got lost, or the password did; an older one is void."""
    user = await find(tx, user_id)
    granting.demand(by, user.role, None)
    return await invitations.make(tx, user, settings)


async def list_(tx: Transaction, *, cursor: str | None, limit: int) -> Page[User]:
    found = await users.list_(tx, before=pages.uuid(cursor), limit=limit + 1)
    return pages.cut(found, limit, lambda each: each.id)


async def find(tx: Transaction, user_id: str) -> User:
    known = known_form(user_id)
    found = await users.find(tx, known) if known else None
    if found is None:
        raise UnknownUser(f"There is no user {user_id!r}.")
    return found


async def change(tx: Transaction, user_id: str, wanted: UserChange, expected: int | None, *, by: Identity) -> User:
    """Change what is given; who is no longer active loses all sessions at once, and keys where that is asked for."""
    await names.hold(tx)
    user = await find(tx, user_id)
    editions.refuse_stale(expected, user.revision, f"The user {user.name!r}")
    changed = user.model_copy(update=wanted.given)
    if wanted.revoke_keys:
        await _revoke_keys(tx, changed, by)
    if changed == user:
        return user
    granting.demand(by, user.role, None)
    granting.demand(by, changed.role, None)
    if _loses(user, changed):
        _refuse_own(by, user)
    return await _settled(tx, user, changed)


async def remove(
    tx: Transaction, user_id: str, expected: int | None, *, by: Identity, revoke_keys: bool = False
) -> None:
    """Take somebody away for good, and their keys where that is asked for; their name stays in histories, and taken."""
    await names.hold(tx)
    user = await find(tx, user_id)
    editions.refuse_stale(expected, user.revision, f"The user {user.name!r}")
    granting.demand(by, user.role, None)
    _refuse_own(by, user)
    if revoke_keys:
        await keys_of_people.revoke(tx, user.id, by=by)
    await users.delete(tx, user.id)
    await sessions_store.delete_all(tx, tx.tenant, user.id)
    await invitations.withdraw(tx, user.id)


async def end_sessions(tx: Transaction, user_id: str, *, by: Identity) -> None:
    """End all sessions of somebody."""
    user = await find(tx, user_id)
    granting.demand(by, user.role, None)
    await sessions_store.end_all(tx, tx.tenant, user.id)


async def _settled(tx: Transaction, user: User, changed: User) -> User:
    if changed.name != user.name:
        await names.demand_free(tx, changed.name, besides=user.id)
    stored = await users.update(tx, changed, names.key(changed.name))
    if stored is None:
        raise _email_taken(changed.email)
    if not stored.active:
        await sessions_store.end_all(tx, tx.tenant, user.id)
        await invitations.withdraw(tx, user.id)
    elif stored.email != user.email:
        await invitations.withdraw(tx, user.id)
    return stored


async def _revoke_keys(tx: Transaction, user: User, by: Identity) -> None:
    if user.active:
        raise InvalidInput.at("revoke_keys", "goes with active: false, as somebody who may come in could make new ones")
    granting.demand(by, user.role, None)
    _refuse_own(by, user)
    await keys_of_people.revoke(tx, user.id, by=by)


def _loses(user: User, changed: User) -> bool:
    return changed.role is not user.role or not changed.active


def _refuse_own(by: Identity, user: User) -> None:
    """Keep people from locking themselves out, and with them perhaps everybody."""
    if by.person == person_of(user.id):
        raise OwnAccount("You cannot take away your own rights, or yourself; another admin can.")


def _email_taken(email: str) -> EmailTaken:
    return EmailTaken(f"email: another user of this tenant has {email!r}.", email=email)
