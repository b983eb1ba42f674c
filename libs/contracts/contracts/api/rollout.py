"""Where rollouts are described: a candidate gets more traffic step by step, as long as nothing speaks against it."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Field, FiniteFloat

from contracts.api.measure import Watched, WatchedMetric
from contracts.api.performance import ArmEvidence, RatioCheck, Restatement
from contracts.api.route import Percent
from contracts.api.version import Verdict
from contracts.ids import ItemId, Key
from contracts.message import Message, Moment, Request

WHOLE = 100.0


class RolloutStatus(StrEnum):
    """Where a rollout is; the last three are its ends, of which `retry` begins anew."""

    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    ROLLED_BACK = "rolled_back"
    ABORTED = "aborted"


OPEN = frozenset({RolloutStatus.RUNNING, RolloutStatus.PAUSED})


class RolloutAction(StrEnum):
    """What a person may do about a rollout."""

    PAUSE = "pause"
    RESUME = "resume"
    ADVANCE = "advance"
    ABORT = "abort"
    RETRY = "retry"


def _rising(steps: tuple[float, ...]) -> tuple[float, ...]:
    if any(later <= earlier for earlier, later in pairwise(steps)):
        message = "must rise from step to step"
        raise ValueError(message)
    return steps


Steps = Annotated[tuple[Percent, ...], Field(min_length=1, max_length=50), AfterValidator(_rising)]


class Limits(Request):
    """What stops or pauses a release, and how much evidence is asked for.

    A guardrail that is proven worse rolls back, a signal pauses. Error rates ``alpha`` hold however often one looks.
    """

    guardrails: Annotated[
        tuple[Watched, ...],
        Field(max_length=20, description="Metrics that roll back at once when they are proven worse."),
    ] = (WatchedMetric(metric="error_rate"), WatchedMetric(metric="accuracy"))
    signals: Annotated[
        tuple[Watched, ...], Field(max_length=20, description="Metrics that pause when they are proven worse.")
    ] = ()
    min_samples: Annotated[int, Field(ge=1, le=10_000_000, description="Units an arm before anything is decided.")] = (
        100
    )
    max_samples: Annotated[
        int, Field(ge=2, le=1_000_000_000, description="Units in all after which an open goal is inconclusive.")
    ] = 10_000
    alpha: Annotated[FiniteFloat, Field(gt=0, lt=0.5, description="How often a harmless version may be stopped.")] = (
        0.05
    )


class Terms(Limits):
    """By what a release is decided.

    The goal has to be proven better (or, with a margin, proven not worse by that much) before the candidate takes over;
    without one it is enough that nothing was proven worse.
    """

    goal: Annotated[Watched | None, Field(description="What the candidate has to be better at, to take over.")] = None


class ReleasePlan(Terms):
    """In which steps a candidate gets units, and by which terms.

    Each step serves for at least ``interval_s`` and until ``min_samples`` units came. The step of 100 per cent makes
    the candidate the champion; without one the rollout holds at its last step until a person promotes or aborts it.
    """

    steps: Annotated[Steps, Field(description="Per cent of the units, rising.")] = (1, 5, 10, 25, 50, 100)
    interval_s: Annotated[FiniteFloat, Field(ge=0, le=2_592_000, description="Seconds that a step lasts at least.")] = (
        600
    )


class NewRollout(ReleasePlan):
    """A rollout to start."""

    task: Key
    version_id: ItemId
    reason: Annotated[str, Field(max_length=1_000)] = "rolled out by an admin"

    @property
    def terms(self) -> Terms:
        """Give by what it is decided."""
        return Terms.model_validate({name: getattr(self, name) for name in Terms.model_fields})


class RolloutEntry(Message):
    """A line of a rollout's history: what was done, by whom, why, and on what evidence."""

    action: str
    status: RolloutStatus
    traffic_percent: float
    actor: str
    reasons: tuple[str, ...]
    evidence: dict[str, Any]
    at: Moment


class Rollout(Message):
    """A candidate on its way: where it is, what is known, and what is missing for the next step.

    ``is_canary`` says that a person sets the percentage; guardrails and signals are watched all the same. ``history``
    comes with a single rollout only.
    """

    id: str
    task: str
    version_id: str
    baseline_version_id: str
    status: RolloutStatus
    is_canary: bool
    steps: tuple[float, ...]
    step: int
    traffic_percent: float
    interval_s: float
    terms: Terms
    attempt: int
    verdict: Verdict
    reasons: tuple[str, ...]
    missing: str
    arms: tuple[ArmEvidence, ...] = ()
    srm: RatioCheck | None = None
    phase_id: str | None
    step_since: Moment
    next_step_at: Moment | None
    started_by: str
    created_at: Moment
    ended_at: Moment | None
    restated: Restatement | None = None
    revision: int
    history: tuple[RolloutEntry, ...] = ()


class Steering(Request):
    """What a person says about it when steering a rollout."""

    reason: Annotated[str, Field(max_length=1_000)] = ""


class ReplayStep(Message):
    """What would have been decided at a time in the past."""

    at: Moment
    units: int
    verdict: Verdict
    reasons: tuple[str, ...]


class Replay(Message):
    """What other terms would have made of the same evidence, as it came in; only the times at which it changed."""

    steps: tuple[ReplayStep, ...]
    ends_with: Verdict
