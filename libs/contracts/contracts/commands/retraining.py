"""Where the commands about retrain policies are declared; the feedback service owns them."""

from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplay, RetrainReplayTerms
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class GetRetrainPolicy(Command[RetrainPolicy]):
    """Give the policy of a task; where none was set, the default, switched off. Raises `UnknownTask`."""

    subject = "retraining.policy"
    owner = Service.FEEDBACK

    task: str


class SetRetrainPolicy(Command[RetrainPolicy]):
    """Set the policy of a task; raises `UnknownTask`, and `Stale` unless ``seen`` is its `etag`."""

    subject = "retraining.set_policy"
    owner = Service.FEEDBACK

    task: str
    policy: RetrainPolicy
    seen: str | None = None


class CheckRetraining(Command[RetrainDecision]):
    """Check the policy now and answer with the stored decision; raises `UnknownTask`."""

    subject = "retraining.check"
    owner = Service.FEEDBACK

    task: str


class ListRetrainDecisions(Command[Page[RetrainDecision]], Listing):
    """Give the decisions of a task, newest first; raises `UnknownTask`."""

    subject = "retraining.decisions"
    owner = Service.FEEDBACK

    task: str


class ReplayRetraining(Command[RetrainReplay]):
    """Say what another policy would have done over the stored decisions; raises `UnknownTask`."""

    subject = "retraining.replay"
    owner = Service.FEEDBACK

    task: str
    terms: RetrainReplayTerms
