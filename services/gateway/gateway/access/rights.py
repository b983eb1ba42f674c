"""Where it is written which role has which right."""

from enum import StrEnum

from contracts.api.access import Role
from contracts.errors import NotAllowed

_SUPER, _ADMIN, _MANAGER, _OPERATOR, _VIEWER, _APP = Role


class Right(StrEnum):
    """What one may be allowed to do."""

    READ = "read"
    RESOLVE = "resolve"
    LOG = "log"
    PREDICT = "predict"
    SUBMIT = "submit"
    REVIEW = "review"
    RELEASE = "release"
    CONFIGURE = "configure"
    TRAIN = "train"
    ADMINISTER = "administer"
    GOVERN = "govern"


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


def rights_of(role: Role) -> tuple[Right, ...]:
    return tuple(right for right, roles in TABLE.items() if role in roles)


def demand(role: Role, right: Right) -> None:
    if role not in TABLE[right]:
        detail = f"The role {role} does not have the right to {right}; an admin can make a key with another role."
        raise NotAllowed(detail, right=right, role=role)
