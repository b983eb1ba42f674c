"""Where it is described what a tenant has paid for: whether it may train, and how much of what it may have."""

from typing import Annotated, Any

from pydantic import Field

from contracts.ids import Key
from contracts.message import Message, Moment, Request

DEFAULT_PLAN = "standard"
"""The plan of tenants for which no other was chosen."""

_MOST = 1_000_000_000
Limit = Annotated[int | None, Field(ge=0, le=_MOST, description="At most so many; null: no limit.")]
Rate = Annotated[
    int | None, Field(ge=1, le=_MOST, description="Requests a second of all keys together; null: no limit.")
]
PlanName = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class Entitlements(Message):
    """What a plan includes; a limit that is null is none.

    Lowering a limit takes nothing away from those who have more: they get nothing new until they have less.
    """

    ai_training_enabled: Annotated[bool, Field(description="Whether jobs may be started or scheduled.")] = True
    max_tasks: Limit = None
    max_users: Limit = None
    max_keys: Limit = None
    requests_per_s: Rate = None


class NewPlan(Request):
    """A plan to create."""

    key: Annotated[Key, Field(examples=["small"])]
    name: PlanName = ""
    ai_training_enabled: bool = True
    max_tasks: Limit = None
    max_users: Limit = None
    max_keys: Limit = None
    requests_per_s: Rate = None


class PlanChange(Request):
    """The fields of a plan to change; those not given stay, and a limit that is null is taken away."""

    name: PlanName | None = None
    ai_training_enabled: bool | None = None
    max_tasks: Limit = None
    max_users: Limit = None
    max_keys: Limit = None
    requests_per_s: Rate = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields to change, with their new values."""
        values = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in values.items() if value is not None or name in _LIMITS}


class _Named(Message):
    key: str
    name: str


class Plan(Entitlements, _Named):
    """What the tenants of this plan may have."""

    tenants: Annotated[int, Field(description="How many tenants have it.")] = 0
    revision: int = 1
    created_at: Moment
    created_by: str


_LIMITS = frozenset({"max_tasks", "max_users", "max_keys", "requests_per_s"})
