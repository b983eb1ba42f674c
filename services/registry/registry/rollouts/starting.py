"""Where rollouts are started."""

from chassis.database import Transaction
from contracts.api.rollout import WHOLE, NewRollout
from contracts.api.route import Route
from contracts.api.version import Verdict, Version
from registry import admissions, routes
from registry.decisions.trials.plans import Judgement
from registry.rollouts import candidates, moves
from registry.rollouts.held import Held
from registry.store import rollout_changes
from registry.store.rollout_changes import Beginning
from registry.store.rollouts import Row


async def start(tx: Transaction, new: NewRollout) -> Row:
    """Give a candidate its first units.

    Raises `UnknownTask`, `UnknownVersion`, `NothingServes`, `NotReleasable`, `GateNotPassed`, `ReleaseUnderWay`.
    """
    route = await routes.lock(tx, new.task)
    version = await candidates.find(tx, new.task, new.version_id)
    baseline_id = await candidates.demand_triable(tx, route, version)
    await candidates.demand_free(tx, new.task)
    begun = Beginning(new.task, version.id, baseline_id, new.steps, new.interval_s, new.terms, new.reason or _REASON)
    return await _begin(tx, route, version, begun)


_REASON = "rolled out by an admin"


async def _begin(tx: Transaction, route: Route, version: Version, begun: Beginning) -> Row:
    if begun.steps[0] < WHOLE:
        held = Held(route, await rollout_changes.insert(tx, begun))
        await moves.begin(tx, held, "started", _told(held.rollout))
        return held.rollout
    # Without a step below 100 per cent nothing is tried first, so that it is a promotion like any other.
    await admissions.demand_promotable(tx, version, begun.baseline_id)
    held = Held(route, await rollout_changes.insert(tx, begun))
    found = Judgement(Verdict.SHIP, (begun.reason, *version.gate.reasons))
    return await moves.complete(tx, held, found, {})


def _told(row: Row) -> str:
    return f"Rolled out to {row.traffic_percent:g} %. {' '.join(row.reasons)}"
