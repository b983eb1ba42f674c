"""Where it is kept who somebody with a valid key is."""

from dataclasses import dataclass

from contracts.api.access import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and for which tenant."""

    actor: str
    tenant: str
    role: Role
