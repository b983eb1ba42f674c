"""Where it is seen to that there is a first admin among the people, if the settings name one."""

from chassis.database import Database, Transaction
from chassis.logging import log
from contracts.api.access import Role
from contracts.api.user import Invitation
from contracts.errors import NameTaken
from gateway.access import invitations, names
from gateway.settings import Settings
from gateway.store import accounts, users
from gateway.store import invitations as store
from gateway.store.users import NewRow


async def ensure(database: Database, settings: Settings) -> None:
    """Invite the first admin, unless there ever was one; the invitation is logged this once."""
    email = settings.bootstrap_admin_email
    if email is None:
        return
    async with database.transaction(settings.bootstrap_tenant) as tx:
        await names.hold(tx)
        invitation = await _invited(tx, email, settings)
    if invitation:
        log().warning(
            "admin_user.invited", email=email, invitation=invitation.token, url=invitation.url, note="shown this once"
        )


async def _invited(tx: Transaction, email: str, settings: Settings) -> Invitation | None:
    known = await accounts.find_by_email(tx, email, tx.tenant)
    if known is None and not await users.super_admin_existed(tx):
        name = await _free_name(tx, email)
        row = NewRow(name, names.key(name), email, Role.SUPER_ADMIN)
        made = await users.insert(tx, tx.tenant, row)
    elif known and known.active and known.password_hash is None and not await store.waits(tx, known.id):
        made = await users.find(tx, known.id)
    else:
        return None
    return (await invitations.make(tx, made, settings)).invitation if made and not made.single_sign_on else None


async def _free_name(tx: Transaction, email: str) -> str:
    """Give what stands before the @, or the whole address where a key or somebody else has that name."""
    name = email.partition("@")[0]
    try:
        await names.demand_free(tx, name)
    except NameTaken:
        return email
    return name
