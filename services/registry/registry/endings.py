"""Where rollouts and experiments end, and where it is written down and said what happens to them."""

from collections.abc import Mapping
from typing import Any

from chassis.database import Transaction
from contracts.api.experiment import ExperimentStatus
from contracts.api.rollout import RolloutStatus
from contracts.api.version import Verdict
from contracts.events.release import ExperimentConcluded, RolloutChanged
from registry import alerts
from registry.store import experiments, rollout_changes, rollout_entries, rollouts
from registry.store.experiments import Ending

NO_EVIDENCE: Mapping[str, Any] = {}


async def end_all(tx: Transaction, task: str, reason: str, promoted: str | None = None) -> None:
    """End whatever is open for a task, because somebody decided what serves; the route is laid out afterwards.

    The rollout of the version that is promoted has come to its end by that.
    """
    if rollout := await rollouts.find_open(tx, task):
        status = RolloutStatus.COMPLETED if rollout.version_id == promoted else RolloutStatus.ABORTED
        ended = await rollout_changes.end(tx, rollout, status, rollout.verdict, (reason,))
        await tell(tx, ended, str(status))
    if experiment := await experiments.find_open(tx, task):
        await end_experiment(tx, experiment, Ending(ExperimentStatus.STOPPED, Verdict.INCONCLUSIVE, (reason,)))


async def end_experiment(tx: Transaction, experiment: experiments.Row, ending: Ending) -> experiments.Row:
    """End an experiment and say so."""
    ended = await experiments.end(tx, experiment.id, ending)
    tx.publish(
        ExperimentConcluded(
            task=ended.task,
            experiment_id=ended.id,
            verdict=ended.verdict,
            winner=ended.winner,
            reasons=ended.reasons,
        )
    )
    return ended


async def tell(tx: Transaction, rollout: rollouts.Row, action: str, evidence: Mapping[str, Any] = NO_EVIDENCE) -> None:
    """Write down and say what was done about a rollout, as it is now."""
    await rollout_entries.insert(tx, rollout, action, evidence)
    tx.publish(
        RolloutChanged(
            task=rollout.task,
            rollout_id=rollout.id,
            version_id=rollout.version_id,
            action=action,
            status=rollout.status,
            traffic_percent=rollout.traffic_percent,
            verdict=rollout.verdict,
            reasons=rollout.reasons,
        )
    )
    if action == RolloutStatus.ROLLED_BACK:
        await alerts.of_rollout(tx, rollout)
