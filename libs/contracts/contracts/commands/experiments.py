"""Where the commands about experiments are declared; the registry owns them."""

from contracts.api.experiment import Experiment, ExperimentStatus, NewExperiment, Stop
from contracts.api.page import Page
from contracts.api.rollout import Replay, Terms
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class StartExperiment(Command[Experiment]):
    """Let versions serve side by side.

    Raises `UnknownTask`, `UnknownVersion`, `NotReleasable`, `ApprovalNeeded`, `ReleaseUnderWay`, `NothingServes`.
    """

    subject = "experiments.start"
    owner = Service.REGISTRY

    experiment: NewExperiment


class GetExperiment(Command[Experiment]):
    """Give one experiment; raises `UnknownExperiment`."""

    subject = "experiments.get"
    owner = Service.REGISTRY

    experiment_id: str


class ListExperiments(Command[Page[Experiment]], Listing):
    """Give the experiments, newest first."""

    subject = "experiments.list"
    owner = Service.REGISTRY

    task: str | None = None
    status: ExperimentStatus | None = None


class StopExperiment(Command[Experiment]):
    """End an experiment, with or without a winner; raises `UnknownExperiment`, `ExperimentEnded`, `Stale`."""

    subject = "experiments.stop"
    owner = Service.REGISTRY

    experiment_id: str
    stop: Stop
    expected_revision: int | None = None


class ReplayExperiment(Command[Replay]):
    """Judge the recorded evidence of an experiment by other terms; raises `UnknownExperiment`."""

    subject = "experiments.replay"
    owner = Service.REGISTRY

    experiment_id: str
    terms: Terms
