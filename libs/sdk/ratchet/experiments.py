"""Where the calls about experiments are described."""

from contracts.api.experiment import Experiment, ExperimentStatus, NewExperiment, Stop
from contracts.api.page import Page
from contracts.api.rollout import Replay, Terms
from ratchet.wire.call import Call, at, get, only_if, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Experiments(Noun[Way]):
    """Versions side by side until the evidence says which is best."""

    @fields(NewExperiment)
    def start(self, experiment: NewExperiment) -> Call[Experiment]:
        """Start an experiment with the fields of `NewExperiment`.

        Raises `UnknownTask`, `UnknownVersion`, `NothingServes`, `NotReleasable`, `GateNotPassed`, `ApprovalNeeded`,
        `ReleaseUnderWay`, `InvalidInput`.
        """
        return post(at("experiments"), Experiment, experiment)

    @endpoint
    def get(self, experiment_id: str) -> Call[Experiment]:
        """Give one experiment with what is known of its arms; raises `UnknownExperiment`."""
        return get(at("experiments", experiment_id), Experiment)

    def _page(
        self,
        *,
        task: str | None = None,
        status: ExperimentStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Experiment]]:
        """Give a page of experiments, newest first."""
        return get(at("experiments"), Page[Experiment], task=task, status=status, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    @endpoint
    def stop(
        self,
        experiment_id: str,
        *,
        winner: str | None = None,
        reason: str = "stopped by an admin",
        revision: int | None = None,
    ) -> Call[Experiment]:
        """End an experiment; the arm that is named the winner becomes the champion.

        ``revision`` is the one that was seen. Raises `UnknownExperiment`, `ExperimentEnded`, `InvalidInput`,
        `GateNotPassed`, `ApprovalNeeded`, `Stale`.
        """
        order = Stop(winner=winner, reason=reason)
        return only_if(revision, post(at("experiments", experiment_id, "stop"), Experiment, order))

    @fields(Terms)
    def replay(self, experiment_id: str, terms: Terms) -> Call[Replay]:
        """Try other terms on the recorded evidence; raises `UnknownExperiment`."""
        return post(at("experiments", experiment_id, "replay"), Replay, terms)
