"""Where it is written which role has which right."""

from collections.abc import Collection
from functools import cache

from contracts.api.access import Right, Role

__all__ = ["TABLE", "Right", "of", "ordered", "within"]

_SUPER, _ADMIN, _MANAGER, _OPERATOR, _VIEWER, _APP = Role

TABLE: dict[Right, frozenset[Role]] = {
    Right.READ: frozenset({_SUPER, _ADMIN, _MANAGER, _OPERATOR, _VIEWER}),
    Right.RESOLVE: frozenset({_SUPER, _ADMIN, _MANAGER, _OPERATOR, _VIEWER, _APP}),
    Right.LOG: frozenset({_SUPER, _ADMIN, _MANAGER, _OPERATOR, _APP}),
    Right.PREDICT: frozenset({_SUPER, _ADMIN, _MANAGER, _OPERATOR, _APP}),
    Right.SUBMIT: frozenset({_SUPER, _ADMIN, _MANAGER, _OPERATOR}),
    Right.REVIEW: frozenset({_SUPER, _ADMIN, _MANAGER}),
    Right.RELEASE: frozenset({_SUPER, _ADMIN, _MANAGER}),
    Right.CONFIGURE: frozenset({_SUPER, _ADMIN}),
    Right.TRAIN: frozenset({_SUPER, _ADMIN}),
    Right.ADMINISTER: frozenset({_SUPER, _ADMIN}),
    Right.GOVERN: frozenset({_SUPER}),
}


@cache
def of(role: Role) -> frozenset[Right]:
    """Give the rights of a role."""
    return frozenset(right for right, roles in TABLE.items() if role in roles)


def within(role: Role, scopes: Collection[Right] | None) -> frozenset[Right]:
    """Give those of a role's rights that the scopes of a key leave; without scopes, all of them."""
    return of(role) if scopes is None else of(role).intersection(scopes)


def ordered(some: Collection[Right]) -> tuple[Right, ...]:
    """Give rights once each, in the order of the table."""
    return tuple(right for right in Right if right in some)
