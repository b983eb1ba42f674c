"""Where it is decided who may give which rights to a key: nobody gives, or takes over, more than they have."""

from collections.abc import Collection, Sequence

from contracts.api.access import Right, Role
from contracts.errors import InvalidInput, NotAllowed
from gateway.access import rights
from gateway.access.identity import BOOTSTRAP, Identity


def tidy(role: Role, scopes: Sequence[Right] | None) -> tuple[Right, ...] | None:
    """Give scopes in order and once each; raises `InvalidInput` for one that the role does not have."""
    if scopes is None:
        return None
    for place, right in enumerate(scopes):
        if right not in rights.of(role):
            having = ", ".join(rights.ordered(rights.of(role)))
            reason = f"the role {role} does not have the right to {right}; it has: {having}"
            raise InvalidInput.at(f"scopes.{place}", reason)
    return rights.ordered(scopes)


def demand(by: Identity, role: Role, scopes: Sequence[Right] | None) -> None:
    """Refuse whoever has less than a key of this role and these scopes has; raises `NotAllowed`."""
    demand_rank(by, role)
    demand_own(by, rights.within(role, scopes))


def demand_own(by: Identity, given: Collection[Right]) -> None:
    """Refuse whoever gives rights that they do not have themselves, to a key or an application; `NotAllowed`."""
    beyond = frozenset(given) - by.rights
    if beyond:
        listed = ", ".join(rights.ordered(beyond))
        detail = f"Nobody gives rights that they do not have themselves, and you do not have: {listed}."
        raise NotAllowed(detail, rights=[str(right) for right in rights.ordered(beyond)])


def demand_rank(by: Identity, role: Role) -> None:
    """Refuse whoever is no super admin where the key, or the person, is one; raises `NotAllowed`."""
    if role is Role.SUPER_ADMIN and by.role is not Role.SUPER_ADMIN:
        detail = "Only a super admin may make, change or take away super admins and their keys."
        raise NotAllowed(detail)


def person_of(by: Identity) -> str | None:
    """Give as whom a key counts of which somebody knows the secret; None: as itself, where the bootstrap key made it.

    Otherwise one person could make a key, and be the second person with it.
    """
    return None if by.person.startswith(BOOTSTRAP) else by.person
