"""Where it is kept who somebody with a valid key or session is, and what they may do."""

from dataclasses import dataclass

from contracts.api.access import Role
from contracts.api.plan import Entitlements
from contracts.errors import NotAllowed
from gateway.access import rights
from gateway.access.rights import Right

BOOTSTRAP = "bootstrap:"
"""How the person begins that the first key of all counts as."""

EVERYTHING = Entitlements()


@dataclass(frozen=True, slots=True)
class Held:
    """The session with which somebody asks, and whose it is; ``tenant`` is their own, whichever they work in."""

    id: str
    user_id: str
    tenant: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, for which tenant, with which rights.

    ``actor`` is the name that people see. ``person`` tells people apart where two of them are needed: it stays the same
    whichever of their keys somebody uses. ``entitlements`` are those of the tenant's plan; into a tenant that is not
    ``open``, because it was switched off, only super admins come.
    People who have logged in have a ``session``, keys have none.
    """

    actor: str
    tenant: str
    role: Role
    rights: frozenset[Right]
    person: str
    entitlements: Entitlements = EVERYTHING
    session: Held | None = None
    open: bool = True


def demand(identity: Identity, right: Right) -> None:
    """Raise `NotAllowed` unless somebody has a right."""
    if right in identity.rights:
        return
    if right in rights.of(identity.role):
        detail = f"The scopes of this key do not have the right to {right}; an admin can make one that has."
    else:
        way = "give you another" if identity.session else "make a key with another"
        detail = f"The role {identity.role} does not have the right to {right}; an admin can {way} role."
    raise NotAllowed(detail, right=right, role=identity.role)
