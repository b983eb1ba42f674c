"""Where people are given a link with which they choose a password, once."""

from chassis.database import EVERY_TENANT, Database, Transaction
from contracts.api.user import Invitation, InvitedUser, User
from contracts.errors import UnknownInvitation
from gateway.access import delays, tokens
from gateway.settings import Settings
from gateway.store import accounts
from gateway.store import invitations as store
from gateway.store.users import Account

_UNKNOWN = "This invitation is not known, was used already, or is too old; an admin can give you a new one."


async def make(tx: Transaction, user: User, settings: Settings) -> InvitedUser:
    """Invite somebody; an older invitation is void, and whoever guessed at the password too often may go on."""
    token = tokens.new(tokens.INVITATION)
    expires_at = await store.put(tx, user.tenant, user.id, tokens.digest(token), settings.invitation_days)
    await delays.pardon(tx, user.email, user.tenant)
    url = f"{settings.public_url.rstrip('/')}/join#{token}" if settings.public_url else None
    return InvitedUser(**dict(user), invitation=Invitation(token=token, url=url, expires_at=expires_at))


async def withdraw(tx: Transaction, user_id: str) -> None:
    await store.withdraw(tx, user_id)


async def invited(database: Database, token: str) -> Account:
    """Give who was invited; raises `UnknownInvitation`."""
    async with database.transaction(EVERY_TENANT) as tx:
        found = await store.find_invited(tx, tokens.digest(token))
        account = await accounts.find(tx, *found) if found else None
    if account is None:
        raise UnknownInvitation(_UNKNOWN)
    return account


async def use(tx: Transaction, token: str) -> None:
    """Use an invitation up; raises `UnknownInvitation` if that was done meanwhile."""
    if not await store.use(tx, tokens.digest(token)):
        raise UnknownInvitation(_UNKNOWN)
