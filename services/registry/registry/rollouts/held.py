"""Where a rollout is taken hold of: its task's route is locked before it is read, so that changes come one by one."""

from dataclasses import dataclass

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.errors import UnknownRollout
from registry import routes
from registry.store import rollouts
from registry.store.rollouts import Row


@dataclass(frozen=True, slots=True)
class Held:
    """A rollout that nobody else changes until the transaction ends."""

    route: Route
    rollout: Row


async def hold(tx: Transaction, rollout_id: str) -> Held:
    """Lock the route of a rollout's task, and give both as they are then; raises `UnknownRollout`."""
    found = await get(tx, rollout_id)
    route = await routes.lock(tx, found.task)
    return Held(route, await get(tx, rollout_id))


async def get(tx: Transaction, rollout_id: str) -> Row:
    found = await rollouts.find(tx, rollout_id)
    if found is None:
        raise UnknownRollout(f"There is no rollout {rollout_id!r}.", rollout_id=rollout_id)
    return found
