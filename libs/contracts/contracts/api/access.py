"""Where it is described who may come in: tenants, API keys and roles."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.ids import Key
from contracts.message import Message, Moment, Request


class Role(StrEnum):
    """What somebody may do; ``service`` is for the keys of applications."""

    SUPER_ADMIN = "super_admin"
    ADMIN = "admin"
    MANAGER = "manager"
    OPERATOR = "operator"
    VIEWER = "viewer"
    SERVICE = "service"


class NewTenant(Request):
    """A tenant to create."""

    key: Annotated[Key, Field(description="Name of the tenant in subjects and headers.", examples=["acme"])]
    name: Annotated[str, Field(max_length=200)] = ""


class Tenant(Message):
    """The customer boundary: every row, subject and key belongs to one tenant."""

    key: str
    name: str
    created_at: Moment


class NewApiKey(Request):
    """A key to create; people see its ``name`` wherever it acted."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["shop-backend"])]
    role: Role = Role.SERVICE


class ApiKey(Message):
    """A key; what was shown once when it was made is not kept."""

    id: str
    tenant: str
    name: str
    role: Role
    created_by: str
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None


class MadeApiKey(ApiKey):
    """A key that was made just now, with its secret, which is never shown again."""

    secret: str


class Me(Message):
    """Who asks, and what they may do."""

    actor: str
    tenant: str
    role: Role
    rights: tuple[str, ...]
    can_train: bool
