"""Where it is described who may come in: roles, rights and API keys."""

import unicodedata
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts.message import Message, Moment, Request


class Role(StrEnum):
    """What somebody may do; ``service`` is for the keys of applications."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    MANAGER = "manager"
    OPERATOR = "operator"
    VIEWER = "viewer"
    SERVICE = "service"


class Right(StrEnum):
    """What one may be allowed to do; a role has some of them, and a key may be limited to some of its role's."""

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


def _plain(name: str) -> str:
    """Write a name in the one way in which it looks; refuse what cannot be seen."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if any(unicodedata.category(each)[0] == "C" or unicodedata.category(each) in {"Zl", "Zp"} for each in plain):
        message = "must not hold control characters, or others that cannot be seen"
        raise ValueError(message)
    if not plain:
        message = "must not be empty"
        raise ValueError(message)
    return plain


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
"""A name that people see; two that look the same to them are the same."""

Scopes = Annotated[
    tuple[Right, ...] | None,
    Field(
        min_length=1,
        max_length=len(Right),
        description="The rights of its role that the key has; all of them, if missing or null.",
        examples=[["resolve", "log"]],
    ),
]
Expiry = Annotated[Moment | None, Field(description="When the key stops being valid; never, if missing or null.")]


class NewApiKey(Request):
    """A key to create; people see its ``name`` wherever it acted."""

    name: Annotated[Name, Field(examples=["shop-backend"])]
    role: Role = Role.SERVICE
    scopes: Scopes = None
    expires_at: Expiry = None


class ApiKeyChange(Request):
    """The fields of a key to change; those not given stay."""

    name: Name | None = None
    role: Role | None = None
    scopes: Scopes = None
    expires_at: Expiry = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields to change, with their new values; null takes a limit away, and leaves name and role."""
        values = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in values.items() if value is not None or name in {"scopes", "expires_at"}}


class Rotation(Request):
    """How a key gets its next secret."""

    grace_minutes: Annotated[
        int,
        Field(ge=0, le=43_200, description="How long the secret before stays valid; 0 where it may have leaked."),
    ] = 60


class ApiKey(Message):
    """A key; what was shown once when it was made is not kept.

    ``rights`` are what it may do. After a rotation, the secret before is valid until ``previous_until``.
    """

    id: str
    tenant: str
    name: str
    role: Role
    scopes: tuple[Right, ...] | None = None
    rights: tuple[Right, ...] = ()
    created_by: str
    created_at: Moment
    expires_at: Moment | None = None
    last_used_at: Moment | None
    rotated_at: Moment | None = None
    previous_until: Moment | None = None
    revoked_at: Moment | None
    revision: int = 1


class MadeApiKey(ApiKey):
    """A key that has a secret as of now, which is never shown again."""

    secret: str


class Me(Message):
    """Who asks, and what they may do."""

    actor: str
    tenant: str
    role: Role
    rights: tuple[str, ...]
    can_train: bool
    user_id: Annotated[str | None, Field(description="Null for a key.")] = None
    email: str | None = None
    session_id: str | None = None
    csrf_token: Annotated[
        str | None, Field(repr=False, description="What a browser sends as X-CSRF-Token; null without a cookie.")
    ] = None
