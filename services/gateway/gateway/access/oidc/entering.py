"""Where it is decided who somebody is that the OpenID provider vouches for."""

from pydantic import TypeAdapter, ValidationError

from chassis.database import Transaction
from contracts.api.access import Name, Role
from contracts.api.user import Email
from contracts.errors import LoginRefused, NameTaken
from gateway.access import names, plans
from gateway.access.oidc.claims import Claims
from gateway.access.plans import Countable
from gateway.settings import Settings
from gateway.store import accounts, users
from gateway.store.users import Account, NewRow

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


async def account_of(tx: Transaction, claims: Claims, settings: Settings) -> Account:
    """Find who it is by the provider's own id, then by a verified email; add them where the settings say so.

    Raises `LoginRefused` for who was not invited.
    """
    known = await accounts.find_by_subject(tx, tx.tenant, settings.oidc_issuer, claims.subject)
    if known is None:
        await names.hold(tx)
        known = await accounts.find_by_subject(tx, tx.tenant, settings.oidc_issuer, claims.subject)
    return known or await _linked(tx, claims, settings)


async def _linked(tx: Transaction, claims: Claims, settings: Settings) -> Account:
    email = _email(claims)
    invited = await accounts.find_by_email(tx, email, tx.tenant)
    found = invited or await _added(tx, email, claims, settings)
    if not await accounts.link(tx, found, settings.oidc_issuer, claims.subject):
        raise LoginRefused("Your account belongs to somebody else at the OpenID provider; ask an admin.")
    return found


async def _added(tx: Transaction, email: str, claims: Claims, settings: Settings) -> Account:
    if settings.oidc_role is None:
        raise LoginRefused(f"Nobody has invited {email} yet; ask an admin.")
    await plans.demand_room(tx, Countable.USERS)
    name = await _free_name(tx, claims.name, email)
    made = await users.insert(tx, tx.tenant, NewRow(name, names.key(name), email, Role(settings.oidc_role)))
    found = await accounts.find(tx, tx.tenant, made.id) if made else None
    if found is None:
        raise LoginRefused("Somebody with your email was added at the same moment; please begin again.")
    return found


async def _free_name(tx: Transaction, name: str | None, email: str) -> str:
    """Give the name that people see, or the email where that is taken or no name."""
    try:
        wanted = _NAME.validate_python(name)
        await names.demand_free(tx, wanted)
    except (ValidationError, NameTaken):
        await names.demand_free(tx, email)
        return email
    return wanted


def _email(claims: Claims) -> str:
    try:
        return _EMAIL.validate_python(claims.email)
    except ValidationError as none:
        raise LoginRefused("The OpenID provider has not verified your email; without that nobody is let in.") from none
