"""Where it is described when training is asked for."""

from typing import Annotated, Any

from pydantic import Field

from contracts.message import Message, Moment, Request


class RetrainPolicy(Request):
    """The rule that asks for training: any condition that holds fires it, after the cooldown."""

    enabled: bool = True
    min_accuracy: Annotated[float | None, Field(ge=0, le=1, description="Fires below this live accuracy.")] = 0.95
    min_new_examples: Annotated[
        int | None, Field(ge=1, description="Fires at this many approved examples since the last training.")
    ] = 1000
    max_age_hours: Annotated[float | None, Field(gt=0, description="Fires this long after the last training.")] = 24
    cooldown_minutes: Annotated[float, Field(ge=0, description="No second training within this time.")] = 60
    min_sample: Annotated[int, Field(ge=1, description="Opinions needed before accuracy counts.")] = 100
    auto_release: Annotated[bool, Field(description="Promote at once what passes the gate.")] = True


class RetrainDecision(Message):
    """The stored verdict of one check, fired or not, with its evidence."""

    id: str
    task: str
    fired: bool
    reasons: tuple[str, ...]
    evidence: dict[str, Any]
    policy: dict[str, Any]
    asked_by: str
    at: Moment
