"""Where an experiment is taken hold of: its task's route is locked before it is read, so that all changes queue up."""

from dataclasses import dataclass

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.errors import UnknownExperiment
from registry import routes
from registry.store import experiments
from registry.store.experiments import Row


@dataclass(frozen=True, slots=True)
class Held:
    """An experiment that nobody else changes until the transaction ends."""

    route: Route
    experiment: Row


async def hold(tx: Transaction, experiment_id: str) -> Held:
    """Lock the route of an experiment's task, and give both as they are then; raises `UnknownExperiment`."""
    found = await get(tx, experiment_id)
    route = await routes.lock(tx, found.task)
    return Held(route, await get(tx, experiment_id))


async def get(tx: Transaction, experiment_id: str) -> Row:
    found = await experiments.find(tx, experiment_id)
    if found is None:
        raise UnknownExperiment(f"There is no experiment {experiment_id!r}.", experiment_id=experiment_id)
    return found
