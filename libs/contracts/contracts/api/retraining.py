"""Where it is described when training is asked for."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from contracts.api.drift import DriftPolicy
from contracts.message import Message, Moment, Request


def _drift(given: object) -> object:
    """Let a number stand for the stability index, and true and false for the default and nothing."""
    if isinstance(given, bool):
        return {} if given else None
    return {"psi": given} if isinstance(given, int | float) else given


class RetrainPolicy(Request):
    """The rule that asks for training: any condition that holds fires it, after the cooldown."""

    enabled: bool = True
    min_accuracy: Annotated[float | None, Field(ge=0, le=1, description="Fires below this live accuracy.")] = 0.95
    min_new_examples: Annotated[
        int | None, Field(ge=1, description="Fires at this many approved examples since the last training.")
    ] = 1000
    max_age_hours: Annotated[float | None, Field(gt=0, description="Fires this long after the last training.")] = 24
    drift: Annotated[
        DriftPolicy | None, BeforeValidator(_drift), Field(description="Fires where inputs or outputs moved so far.")
    ] = DriftPolicy()
    cooldown_minutes: Annotated[float, Field(ge=0, description="No second training within this time.")] = 60
    min_sample: Annotated[
        int, Field(ge=1, description="Opinions needed before accuracy counts, and answers before drift does.")
    ] = 100
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
    checks: Annotated[int, Field(description="How many checks it stands for: old ones without news are folded.")] = 1
    last_at: Annotated[Moment | None, Field(description="When the last of these was, if there are several.")] = None


class RetrainReplayTerms(RetrainPolicy):
    """Another policy, as if it had been switched on, and the time over which it is replayed: 30 days unless given."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None


class ReplayedRequest(Message):
    """A training that a policy would have asked for; ``really`` says whether one was asked for in this check."""

    at: Moment
    really: bool
    reasons: tuple[str, ...]


class ReplayStretch(Message):
    """A stretch of the time: its checks, what was and would have been asked for, and what was known at its end."""

    at: Moment
    checks: int
    fired: int
    really_fired: int
    accuracy: float | None
    new_examples: int


class RetrainReplay(Message):
    """What a policy would have done in the checks of a time; ``assumptions`` say what cannot be known about it.

    Of many requests the first thousand are told; ``complete`` is false where there were more checks than are replayed.
    ``last_reasons`` are those of the last check, whether it would have asked or not.
    """

    task: str
    since: Moment
    until: Moment
    complete: bool
    checks: int
    fired: int
    really_fired: int
    requests: tuple[ReplayedRequest, ...]
    really: tuple[Moment, ...]
    timeline: tuple[ReplayStretch, ...]
    last_reasons: tuple[str, ...] = ()
    assumptions: tuple[str, ...]
