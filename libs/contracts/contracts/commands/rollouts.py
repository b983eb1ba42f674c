"""Where the commands about rollouts are declared; the registry owns them."""

from contracts.api.page import Page
from contracts.api.rollout import NewRollout, Replay, Rollout, RolloutAction, RolloutStatus, Terms
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class StartRollout(Command[Rollout]):
    """Give a candidate traffic step by step.

    Raises `UnknownTask`, `UnknownVersion`, `NotReleasable`, `ApprovalNeeded`, `ReleaseUnderWay`, `NothingServes`.
    """

    subject = "rollouts.start"
    owner = Service.REGISTRY

    rollout: NewRollout


class GetRollout(Command[Rollout]):
    """Give one rollout with its history; raises `UnknownRollout`."""

    subject = "rollouts.get"
    owner = Service.REGISTRY

    rollout_id: str


class ListRollouts(Command[Page[Rollout]], Listing):
    """Give the rollouts, newest first."""

    subject = "rollouts.list"
    owner = Service.REGISTRY

    task: str | None = None
    status: RolloutStatus | None = None


class SteerRollout(Command[Rollout]):
    """Pause, resume, advance, abort or retry a rollout; raises `UnknownRollout`, `RolloutEnded`, `Stale`.

    ``expected_revision`` is that of the rollout the asker has seen.
    """

    subject = "rollouts.steer"
    owner = Service.REGISTRY

    rollout_id: str
    action: RolloutAction
    reason: str = ""
    expected_revision: int | None = None


class ReplayRollout(Command[Replay]):
    """Judge the recorded evidence of a rollout's present phase by other terms; raises `UnknownRollout`."""

    subject = "rollouts.replay"
    owner = Service.REGISTRY

    rollout_id: str
    terms: Terms
