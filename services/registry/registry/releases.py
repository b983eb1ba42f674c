"""Where versions become champions: promoted when proven better, or put back in one step."""

from chassis.database import Transaction
from contracts.api.route import Route
from contracts.api.version import Rollback, Version, VersionStatus
from contracts.errors import NothingToRollBackTo
from contracts.events.release import ModelPromoted, ModelRolledBack
from registry import admissions, endings, refusals, retiring, routes, splits
from registry.decisions.succession import predecessors
from registry.routes import Why
from registry.store import serving as ledger
from registry.store import versions as stored
from registry.successions import Change

_SAID = {Change.PROMOTED: ModelPromoted, Change.ROLLED_BACK: ModelRolledBack}


async def promote(tx: Transaction, version: Version, reason: str, expected_revision: int | None = None) -> Route:
    """Make a version the champion that passed the gate, or was champion before; whatever else is open ends."""
    route = await routes.lock(tx, version.task, expected_revision)
    if route.champion_version_id == version.id and len(route.arms) == 1:
        return route
    await admissions.demand_promotable(tx, version, route.champion_version_id)
    await admissions.demand_approved(tx, version)
    await endings.end_all(tx, version.task, f"Version {version.label} was promoted: {reason}", promoted=version.id)
    return await serve(tx, route, version, Why(Change.PROMOTED, reason))


async def roll_back(tx: Transaction, task: str, rollback: Rollback, expected_revision: int | None = None) -> Route:
    """Put the previous champion back, or the one that is named, without looking at any evidence.

    Whatever is open ends. While a rollout or an experiment is open and nobody is named, the present champion gets all
    units back: that is the step before.
    """
    route = await routes.lock(tx, task, expected_revision)
    version = await _back_to(tx, route, rollback.to)
    admissions.refuse_archived(version)
    if route.champion_version_id == version.id and len(route.arms) == 1:
        return route
    await endings.end_all(tx, task, f"Rolled back to version {version.label}: {rollback.reason}")
    return await serve(tx, route, version, Why(Change.ROLLED_BACK, rollback.reason))


async def serve(tx: Transaction, route: Route, version: Version, why: Why) -> Route:
    """Make a version the champion of a locked route; what is open for the task goes on beside it."""
    previous = route.champion_version_id
    if previous and previous != version.id:
        await stored.settle(tx, previous, VersionStatus.DEPRECATED)
    await stored.settle(tx, version.id, VersionStatus.ACTIVE)
    changed = await splits.lay_out(tx, route, version.id, why)
    said = _SAID[why.change](
        task=route.task,
        version_id=version.id,
        previous_version_id=previous,
        revision=changed.revision,
        reason=why.reason,
    )
    tx.publish(said)
    if why.change is Change.PROMOTED:
        await retiring.tidy(tx, changed, before=version)
    return changed


async def _back_to(tx: Transaction, route: Route, version_id: str | None) -> Version:
    if version_id:
        return await _named(tx, route.task, version_id)
    if route.champion_version_id and len(route.arms) > 1:
        return await _named(tx, route.task, route.champion_version_id)
    return await _previous(tx, route.task)


async def _named(tx: Transaction, task: str, version_id: str) -> Version:
    version = await stored.find(tx, version_id)
    if version is None or version.task != task:
        raise refusals.unknown_version(version_id)
    if not await admissions.has_served(tx, version):
        raise NothingToRollBackTo(f"Version {version.label} of {task!r} was never the champion; promote it instead.")
    return version


async def _previous(tx: Transaction, task: str) -> Version:
    """Give the nearest champion before the present one that was not archived since."""
    earlier = predecessors(await ledger.list_successions(tx, task))
    found = await stored.find_all(tx, earlier)
    standing = (found[each] for each in earlier if found[each].status is not VersionStatus.ARCHIVED)
    version = next(standing, None)
    if version is None:
        raise NothingToRollBackTo(f"No version of {task!r} served before the present one.", task=task)
    return version
