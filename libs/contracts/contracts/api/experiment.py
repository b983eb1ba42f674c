"""Where experiments are described: versions side by side until the evidence says which is best."""

from enum import StrEnum
from math import isclose
from typing import Annotated

from pydantic import AfterValidator, Field, FiniteFloat

from contracts.api.measure import Watched
from contracts.api.performance import ArmEvidence, RatioCheck, Restatement
from contracts.api.rollout import Limits, Steps, Terms
from contracts.api.version import Verdict
from contracts.ids import ItemId, Key
from contracts.message import Message, Moment, Request


class ExperimentStatus(StrEnum):
    """Where an experiment is."""

    RUNNING = "running"
    CONCLUDED = "concluded"
    STOPPED = "stopped"


class NewArm(Request):
    """A version and its weight: all weights of an experiment add up to 1, or to 100."""

    version_id: ItemId
    weight: Annotated[FiniteFloat, Field(gt=0, le=100)]


def _adding_up(arms: tuple[NewArm, ...]) -> tuple[NewArm, ...]:
    total = sum(arm.weight for arm in arms)
    if not any(isclose(total, whole, abs_tol=1e-6 * whole) for whole in (1, 100)):
        message = f"the weights of the arms add up to {total:g}; they must add up to 1, or to 100"
        raise ValueError(message)
    if len({arm.version_id for arm in arms}) < len(arms):
        message = "a version is in more than one arm"
        raise ValueError(message)
    return arms


class NextRollout(Request):
    """How the winner takes over, if not at once."""

    steps: Steps = (25, 50, 100)
    interval_s: Annotated[FiniteFloat, Field(ge=0, le=2_592_000)] = 600


class NewExperiment(Limits):
    """An experiment to start; the champion among the arms is the control, or else the first arm.

    With ``auto_ship`` a winner is promoted by itself: at once, or in steps where ``rollout`` says so.
    """

    task: Key
    arms: Annotated[tuple[NewArm, ...], Field(min_length=2, max_length=10), AfterValidator(_adding_up)]
    goal: Annotated[Watched, Field(description="What decides.")]
    name: Annotated[str, Field(max_length=200)] = ""
    auto_ship: Annotated[bool, Field(description="Promote a winner without asking.")] = False
    rollout: Annotated[NextRollout | None, Field(description="Roll a winner out in steps.")] = None
    reason: Annotated[str, Field(max_length=1_000)] = "started by an admin"

    @property
    def terms(self) -> Terms:
        """Give by what it is decided."""
        return Terms.model_validate({name: getattr(self, name) for name in Terms.model_fields})

    @property
    def shares(self) -> dict[str, float]:
        """Give each version's share of the units, adding up to 1."""
        total = sum(arm.weight for arm in self.arms)
        return {arm.version_id: arm.weight / total for arm in self.arms}


class Experiment(Message):
    """An experiment with what is known of its arms, and what that says.

    ``confidence`` is 1 minus the always-valid p-value of the goal for the treatment that leads; ``recommendation`` says
    what to do next.
    """

    id: str
    task: str
    name: str
    status: ExperimentStatus
    arms: tuple[ArmEvidence, ...]
    terms: Terms
    auto_ship: bool
    rollout: NextRollout | None
    verdict: Verdict
    confidence: float
    reasons: tuple[str, ...]
    missing: str
    recommendation: str
    srm: RatioCheck | None
    winner: str | None
    phase_id: str
    started_by: str
    created_at: Moment
    ended_at: Moment | None
    restated: Restatement | None = None
    revision: int


class Stop(Request):
    """An order to end an experiment; a winner that is named becomes the champion."""

    winner: Annotated[ItemId | None, Field(description="Id of one of the arms.")] = None
    reason: Annotated[str, Field(max_length=1_000)] = "stopped by an admin"
