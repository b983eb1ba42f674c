"""Where tenants are described."""

from typing import Annotated, Any

from pydantic import Field

from contracts.api.plan import DEFAULT_PLAN, Entitlements
from contracts.ids import Key
from contracts.message import Message, Moment, Request

TenantName = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
_PLAN = "Key of its plan, which says what it may have."


class NewTenant(Request):
    """A tenant to create."""

    key: Annotated[Key, Field(description="Name of the tenant in subjects and headers.", examples=["acme"])]
    name: TenantName = ""
    plan: Annotated[Key, Field(description=_PLAN)] = DEFAULT_PLAN


class TenantChange(Request):
    """The fields of a tenant to change; those not given stay."""

    name: TenantName | None = None
    plan: Annotated[Key | None, Field(description=_PLAN)] = None
    active: Annotated[
        bool | None, Field(description="False: its keys and sessions stop, and nothing is lost; true: they go on.")
    ] = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields to change, with their new values."""
        return self.model_dump(exclude_none=True)


class Tenant(Message):
    """The customer boundary: every row, subject and key belongs to one tenant."""

    key: str
    name: str
    plan: str = DEFAULT_PLAN
    active: bool = True
    deactivated_at: Moment | None = None
    revision: int = 1
    created_at: Moment


class TenantUsage(Message):
    """What the plan of a tenant allows, and how much of it there is."""

    tenant: str
    plan: str
    entitlements: Entitlements
    keys: Annotated[int, Field(description="Keys that were not revoked.")]
    users: Annotated[int, Field(description="Users, also those who may not log in at present.")]
