"""Where experiments are started."""

from collections.abc import Sequence

from chassis.database import Transaction
from contracts.api.experiment import NewExperiment
from contracts.api.version import Verdict, Version
from contracts.events.release import ExperimentStarted
from contracts.ids import new_id
from registry import routes, splits
from registry.experiments import arms
from registry.routes import Why
from registry.store import experiment_changes
from registry.store.experiment_changes import Noted
from registry.store.experiments import Row
from registry.successions import Change


async def start(tx: Transaction, new: NewExperiment) -> Row:
    """Let versions serve side by side.

    Raises `UnknownTask` and whatever `arms.admit` raises.
    """
    route = await routes.lock(tx, new.task)
    admitted = await arms.admit(tx, route, new)
    missing = f"{new.min_samples:,} more units an arm"
    waiting = Noted(Verdict.CONTINUE, 0.0, ("Nothing is known yet.",), missing)
    row = await experiment_changes.insert(tx, new_id(), new, admitted[0].id, waiting)
    tx.publish(ExperimentStarted(task=row.task, experiment_id=row.id, version_ids=tuple(row.shares)))
    why = Why(Change.SHIFTED, f"{new.reason}: {_described(row, admitted)}")
    await splits.lay_out(tx, route, route.champion_version_id or row.control_id, why)
    return row


def _described(row: Row, admitted: Sequence[Version]) -> str:
    shown = [f"{version.label} ({100 * row.shares[version.id]:.4g} % of the units)" for version in admitted]
    goal = row.terms.goal.metric if row.terms.goal else "nothing"
    return f"experiment {row.name or row.id} compares {' and '.join(shown[1:])} with {shown[0]} by {goal}"
