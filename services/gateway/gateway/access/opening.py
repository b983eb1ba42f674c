"""Where it is seen to that nobody gets in whose account or tenant was closed in the last moment."""

from chassis.database import Transaction
from contracts.api.access import Role
from contracts.errors import LoginRefused, TenantSwitchedOff
from gateway.store import accounts, tenants
from gateway.store.tenants import Standing
from gateway.store.users import Account


def refusal() -> LoginRefused:
    """Give the one refusal of all logins, which does not tell what was wrong."""
    return LoginRefused(
        "Email or password is wrong, or the account is not active. If your email is known in several tenants, name "
        "the tenant too."
    )


async def demand_unchanged(tx: Transaction, account: Account) -> None:
    """Refuse whose password was changed, or who was deactivated, since they were looked up; raises `LoginRefused`."""
    if (await demand_open(tx, account)).password_hash != account.password_hash:
        raise refusal()


async def demand_open(tx: Transaction, account: Account) -> Account:
    """Give the account as it is now; raises `LoginRefused` or `TenantSwitchedOff` for one that is closed."""
    now = await accounts.hold(tx, account.tenant, account.id)
    if now is None or not now.active:
        raise refusal()
    standing = await tenants.find_standing(tx, account.tenant)
    if standing:
        demand_switched_on(account.tenant, standing, account.role)
    return now


def demand_switched_on(tenant: str, standing: Standing, role: Role) -> None:
    """Refuse whoever comes to a tenant that is switched off, but super admins, who may look after it."""
    if not standing.active and role is not Role.SUPER_ADMIN:
        raise switched_off(tenant)


def switched_off(tenant: str) -> TenantSwitchedOff:
    """Give the refusal of what cannot be done in a tenant that is switched off."""
    detail = f"The tenant {tenant!r} is switched off; nothing of it is lost. Ask whoever runs this platform."
    return TenantSwitchedOff(detail, tenant=tenant)
